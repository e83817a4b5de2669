import type { AuditLog } from './audit-log.js';
import { ChainCheck, type ChainedEvent, type ChainFault, type ChainHead } from './chain.js';

/** What was found of a chain. */
export interface Verdict {
  chain: string;
  /** The last event that was seen. */
  reached: ChainHead;
  fault?: ChainFault;
}

/**
 * Checks a chain of the database. Events may be written meanwhile: at its beginning the chain has to have all up to its head, and at its end
 * none behind it.
 */
export async function verifyChain(log: AuditLog, chain: string): Promise<Verdict> {
  const head = await log.head(chain);
  const check = new ChainCheck(undefined, head);
  for await (const event of log.events(chain)) check.add(event);
  const { sequence: latest } = (await log.head(chain)) ?? { sequence: 0 };
  return { chain, reached: check.reached, fault: check.end(latest) };
}

/**
 * Checks an export, line by line. It may begin in the middle of its chain: then its first event says what came before.
 *
 * @param known an event that the chain had when somebody looked before
 */
export async function verifyLines(lines: AsyncIterable<string>, known?: ChainHead): Promise<Verdict> {
  let check: ChainCheck | undefined;
  let head: (ChainHead & { chain: string }) | undefined;
  for await (const line of lines) {
    const read = JSON.parse(line) as ChainedEvent | { head: ChainHead & { chain: string } };
    if ('head' in read) {
      ({ head } = read);
      continue;
    }
    check ??= new ChainCheck({ sequence: read.sequence - 1, hash: read.previous_hash }, known);
    check.add(read);
  }
  const { reached } = check ?? new ChainCheck();
  if (!head) return { chain: '?', reached, fault: { sequence: reached.sequence + 1, fault: 'the export is cut off' } };
  const { chain, sequence } = head;
  const fault = check?.end(sequence) ?? (check && reached.sequence < sequence ? missing(reached, sequence) : undefined);
  return { chain, reached, fault: fault ?? (check && reached.hash !== head.hash ? other(reached) : undefined) };
}

function missing({ sequence }: ChainHead, upTo: number): ChainFault {
  return { sequence: sequence + 1, fault: `the events up to ${upTo} are missing` };
}

function other({ sequence }: ChainHead): ChainFault {
  return { sequence, fault: 'it is another event than the export says' };
}
