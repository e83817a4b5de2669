import type { Logger } from '../logging/logger.js';
import type { CountersignError } from './countersign-error.js';
import { PROBLEMS } from './problems.js';

/** Logs our own failures as errors with their cause, and upstream failures as warnings without. Client errors are not logged. */
export function logFailure(logger: Logger, error: CountersignError, requestId: string): void {
  const { status } = PROBLEMS[error.code];
  const fields = { problem: error.code, request_id: requestId };
  if (status === 500 || status === 503) logger.error({ err: error.cause ?? error, ...fields }, error.message);
  else if (status > 500) logger.warn(fields, error.message);
}
