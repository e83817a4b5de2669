import { createHash } from 'node:crypto';

/** The chain of the deployment's own events; every tenant has one of its name. */
export const DEPLOYMENT = 'deployment';

/** What stands before the first event of a chain. */
export const BEGINNING = '0'.repeat(64);

/** All that is known of an event, as an export has it. */
export interface ChainedEvent {
  /** The tenant's id, or `deployment`. */
  chain: string;
  /** 1, 2, 3 … in its chain. */
  sequence: number;
  id: string;
  type: string;
  actor: Record<string, string>;
  target_id: string;
  details: Record<string, unknown>;
  /** RFC 3339, in UTC, to the millisecond. */
  created_at: string;
  previous_hash: string;
  hash: string;
}

/** Where a chain ends. */
export interface ChainHead {
  sequence: number;
  hash: string;
}

/** What is wrong with a chain, and from which event on. */
export interface ChainFault {
  sequence: number;
  fault: string;
}

/**
 * What an event's `hash` has to be: the SHA-256, in hex, of the UTF-8 bytes of its other members as canonical JSON (RFC 8785). With the hash
 * of the event before among them, no event can be changed, left out or put in without a change of all that follow.
 */
export function hashOf(event: Omit<ChainedEvent, 'hash'>): string {
  const others = Object.entries(event).filter(([name]) => name !== 'hash');
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(others)))
    .digest('hex');
}

/** JSON as RFC 8785 writes it: members in the order of their names' UTF-16 code units, without space. ECMAScript does the rest as it wants. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

const OTHER = 'it is another event than it was';

/** Looks at the events of one chain, one after the other. */
export class ChainCheck {
  private last: ChainHead;
  private first?: ChainFault;
  private known?: ChainFault;

  /**
   * @param from the event before the first, of a part of a chain
   * @param head an event that is known to have been there
   */
  constructor(
    from: ChainHead = { sequence: 0, hash: BEGINNING },
    private readonly head?: ChainHead,
  ) {
    this.last = from;
  }

  /** @param event the next one, by its place or by its sequence */
  add(event: ChainedEvent): void {
    const { sequence, hash } = event;
    this.first ??= this.faultOf(event);
    if (sequence === this.head?.sequence && hash !== this.head.hash) this.known = { sequence, fault: OTHER };
    this.last = { sequence, hash };
  }

  /** @param latest the sequence of the last event that may be there; without one, more may follow */
  end(latest = Infinity): ChainFault | undefined {
    const { sequence } = this.last;
    if (this.first) return this.first;
    if (this.head && sequence < this.head.sequence) {
      return { sequence: sequence + 1, fault: `the events up to ${this.head.sequence} are missing` };
    }
    if (sequence > latest) return { sequence: latest + 1, fault: 'the chain should have ended before it' };
    return this.known;
  }

  /** The event that it came to. */
  get reached(): ChainHead {
    return this.last;
  }

  private faultOf(event: ChainedEvent): ChainFault | undefined {
    const sequence = this.last.sequence + 1;
    if (event.sequence > sequence) return { sequence, fault: 'it is missing' };
    if (event.sequence < sequence) return { sequence: event.sequence, fault: 'it is there twice, or out of order' };
    if (event.hash !== hashOf(event)) return { sequence, fault: 'it was changed' };
    if (event.previous_hash !== this.last.hash) return { sequence, fault: 'it does not follow the event before' };
    return undefined;
  }
}
