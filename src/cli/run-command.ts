import { exitOnFatalError } from './exit-on-fatal-error.js';
import { formatStartupError } from './startup-error.js';

/** Runs the main function of a command; prints its error to standard error and exits with 1 if it fails. */
export async function runCommand(main: () => Promise<unknown>): Promise<void> {
  exitOnFatalError();
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${formatStartupError(error)}\n`);
    process.exit(1);
  }
}
