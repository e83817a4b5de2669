import { createContext, Script } from 'node:vm';
import { type ArgumentFinding, InvalidArgumentsError } from '../document/errors.js';

/** A script is the only way to interrupt a running regular expression. */
const RUN = new Script('run()');
const sandbox = createContext({ run: undefined as (() => unknown) | undefined });

const TOO_LONG: ArgumentFinding = {
  pointer: '',
  message: 'validation of the arguments against the schema timed out; send shorter or simpler arguments',
};

/**
 * Runs a check of arguments, and interrupts it if it takes too long.
 *
 * @param timeoutMs a positive integer
 * @throws {InvalidArgumentsError} the check takes too long
 */
export function withTimeLimit<T>(check: () => T, timeoutMs: number): T {
  sandbox['run'] = check;
  try {
    return RUN.runInContext(sandbox, { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new InvalidArgumentsError([TOO_LONG]);
  } finally {
    sandbox['run'] = undefined;
  }
}
