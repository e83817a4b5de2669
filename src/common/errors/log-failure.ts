import type { Logger } from '../logging/logger.js';
import type { CountersignError } from './errors.js';
import { PROBLEMS } from './problems.js';

/** Our own troubles are errors with all there is to know; an upstream's are worth a line. */
export function logFailure(logger: Logger, error: CountersignError, requestId: string): void {
  const { status } = PROBLEMS[error.code];
  const line = { problem: error.code, request_id: requestId };
  if (status === 500 || status === 503) logger.error({ err: error.cause ?? error, ...line }, error.message);
  else if (status > 500) logger.warn(line, error.message);
}
