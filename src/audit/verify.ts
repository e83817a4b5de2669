import type { AuditEvents } from './audit-events.js';
import { ChainVerifier, missingUpTo, type AuditRecord, type ChainFault, type ChainHead } from './chain.js';

/** The result of verifying a chain. */
export interface Verdict {
  chain: string;
  /** The last event that was read. */
  reached: ChainHead;
  /** Events that are not chained yet. The chain does not protect them. */
  unchained: number;
  fault?: ChainFault;
}

/**
 * Verifies a chain of the database while events may be recorded. It must contain every event up to the head read before, and none after the
 * head read afterwards.
 */
export async function verifyChain(log: AuditEvents, chain: string): Promise<Verdict> {
  const head = await log.head(chain);
  const verifier = new ChainVerifier(undefined, head);
  for await (const event of log.events(chain)) verifier.add(event);
  const { sequence: latest } = (await log.head(chain)) ?? { sequence: 0 };
  const unchained = await log.countUnchained(chain);
  return { chain, reached: verifier.reached, unchained, fault: verifier.finish(latest) };
}

/**
 * Verifies an export, line by line. An export may start in the middle of a chain; its first event then names the hash before it.
 *
 * @param known an event that the chain contained earlier
 */
export async function verifyLines(lines: AsyncIterable<string>, known?: ChainHead): Promise<Verdict> {
  let verifier: ChainVerifier | undefined;
  let head: (ChainHead & { chain: string }) | undefined;
  let unchained = 0;
  for await (const line of lines) {
    const parsed = JSON.parse(line) as AuditRecord | { head: ChainHead & { chain: string } };
    if ('head' in parsed) {
      ({ head } = parsed);
      continue;
    }
    if (parsed.sequence === null) {
      unchained++;
      continue;
    }
    verifier ??= new ChainVerifier({ sequence: parsed.sequence - 1, hash: parsed.previous_hash }, known);
    verifier.add(parsed);
  }
  const { reached } = verifier ?? new ChainVerifier();
  if (!head) {
    const fault = { sequence: reached.sequence + 1, fault: 'the export is truncated' };
    return { chain: '?', reached, unchained, fault };
  }
  return {
    chain: head.chain,
    reached,
    unchained,
    fault: verifier && (verifier.finish(head.sequence) ?? headFault(reached, head)),
  };
}

/** Compares the last event of an export with the head at its end. */
function headFault(reached: ChainHead, head: ChainHead): ChainFault | undefined {
  if (reached.sequence < head.sequence) return missingUpTo(head.sequence, reached);
  if (reached.hash === head.hash) return undefined;
  return { sequence: reached.sequence, fault: 'the event does not match the head of the export' };
}
