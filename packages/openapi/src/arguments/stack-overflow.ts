import { InvalidArgumentsError } from '../document/errors.js';

/** Reports arguments that exhaust the stack, because they are nested thousands of levels deep. */
export function mapStackOverflow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentsError([{ pointer: '', message: 'the arguments are nested too deeply' }]);
  }
}
