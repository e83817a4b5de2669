import { createHash } from 'node:crypto';
import { canonicalJson } from '../common/index.js';

/** The chain of the deployment's own events. Every tenant has a chain named by its id. */
export const DEPLOYMENT = 'deployment';

/** The `previous_hash` of the first event of a chain. */
export const GENESIS_HASH = '0'.repeat(64);

/** An audit event with its position in its chain, as exports contain it. */
export interface ChainedEvent {
  /** The tenant's id, or `deployment`. */
  chain: string;
  /** Position in the chain: 1, 2, 3 … */
  sequence: number;
  id: string;
  type: string;
  actor: Record<string, string>;
  target_id: string;
  details: Record<string, unknown>;
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  previous_hash: string;
  hash: string;
}

/** An audit event that has no position in its chain yet. */
export type UnchainedEvent = Omit<ChainedEvent, 'sequence' | 'previous_hash' | 'hash'> &
  Record<'sequence' | 'previous_hash' | 'hash', null>;

export type AuditRecord = ChainedEvent | UnchainedEvent;

/** The last event of a chain, or of the part of it that was read. */
export interface ChainHead {
  sequence: number;
  hash: string;
}

/** The first event at which a chain is broken, and why. */
export interface ChainFault {
  sequence: number;
  fault: string;
}

/**
 * Returns the hash of an event: the SHA-256, in hex, of its other members as canonical JSON (RFC 8785). The members include the hash of the
 * previous event, so no event can be modified, removed or inserted without changing every event after it.
 */
export function hashOf(event: Omit<ChainedEvent, 'hash'>): string {
  const members = Object.entries(event).filter(([name]) => name !== 'hash');
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(members)))
    .digest('hex');
}

/** Verifies the events of one chain, one after the other. */
export class ChainVerifier {
  private last: ChainHead;
  private firstFault?: ChainFault;
  private headFault?: ChainFault;

  /**
   * @param from the event before the first one, for a part of a chain
   * @param head an event that is known to have been in the chain
   */
  constructor(
    from: ChainHead = { sequence: 0, hash: GENESIS_HASH },
    private readonly head?: ChainHead,
  ) {
    this.last = from;
  }

  /** Verifies the next event. */
  add(event: ChainedEvent): void {
    const { sequence, hash } = event;
    this.firstFault ??= this.faultOf(event);
    if (sequence === this.head?.sequence && hash !== this.head.hash) {
      this.headFault = { sequence, fault: 'the event is not the one that was known to be there' };
    }
    this.last = { sequence, hash };
  }

  /** Returns the first fault, if any. @param latest the sequence of the last event that may exist */
  finish(latest = Infinity): ChainFault | undefined {
    const { sequence } = this.last;
    if (this.firstFault) return this.firstFault;
    if (this.head && sequence < this.head.sequence) return missingUpTo(this.head.sequence, this.last);
    if (sequence > latest) return { sequence: latest + 1, fault: 'the event is after the end of the chain' };
    return this.headFault;
  }

  /** The last event that was verified. */
  get reached(): ChainHead {
    return this.last;
  }

  private faultOf(event: ChainedEvent): ChainFault | undefined {
    const sequence = this.last.sequence + 1;
    if (event.sequence > sequence) return { sequence, fault: 'the event is missing' };
    if (event.sequence < sequence) {
      return { sequence: event.sequence, fault: 'the event is duplicated or out of order' };
    }
    if (event.hash !== hashOf(event)) return { sequence, fault: 'the event was modified' };
    if (event.previous_hash !== this.last.hash) {
      return { sequence, fault: 'the event does not follow the previous event' };
    }
    return undefined;
  }
}

/** Returns the fault of a chain that ends before its last event. */
export function missingUpTo(last: number, { sequence }: ChainHead): ChainFault {
  return { sequence: sequence + 1, fault: `the events up to ${last} are missing` };
}
