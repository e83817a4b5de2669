import { CountersignError } from '../../common/index.js';
import { WorkerLimitError } from '../../workers/index.js';
import type { CallLimits } from '../call-limits.js';

/** Bodies and files up to this size are read on the main thread: it takes less time than the rest of a call. */
export const MAX_SMALL_BYTES = 32_768;

/** Returns the parameters of a job that reads a large response in a worker thread, one of a tenant at a time. */
export function responseJob<Input>({ memory, signal }: CallLimits, createInput: () => Input) {
  const input = (): Input => {
    if (signal?.aborted) throw new CountersignError('upstream_invalid', 'the caller has disconnected');
    return createInput();
  };
  return { kind: 'responses' as const, tenantId: memory.tenantId, input };
}

/** @throws {CountersignError} `upstream_invalid`: the job takes too long or needs too much memory */
export async function mapLimits<Result>(job: Promise<Result>): Promise<Result> {
  try {
    return await job;
  } catch (error) {
    if (!(error instanceof WorkerLimitError)) throw error;
    const message = `the response cannot be read: ${error.message}`;
    throw new CountersignError('upstream_invalid', message, [], { cause: error });
  }
}
