import { writeSync } from 'node:fs';
import { createLogger } from './common/index.js';

/** How long whoever reads our output may take for the last line. */
const PATIENCE_MS = 1000;

/**
 * Decides how this process dies of what nobody caught: with one line of level `fatal` in the log, whatever `LOG_LEVEL` is, and exit
 * code 1, so that a supervisor starts another. What state it is in nobody knows, so nothing is drained.
 *
 * Node's own way prints a piece of the source and the error with all that hangs on it: parameters, headers, the reason of a rejection.
 */
export function dieTidily(): void {
  const logger = createLogger('fatal', { write: writeBounded });
  const die = (thrown: unknown, message: string) => {
    try {
      logger.fatal({ err: thrown }, message);
    } finally {
      // Also where there is nobody to read it any more: an error from in here would be printed as it is.
      process.exit(1);
    }
  };
  process.on('uncaughtException', (error) => die(error, 'an exception that nobody caught ends this process'));
  process.on('unhandledRejection', (reason) => die(reason, 'a rejection that nobody handled ends this process'));
  keepOutOfReports();
}

/**
 * Diagnostic reports have the whole environment in them, and that has keys. Where Node was told to leave it out (`--report-exclude-env`)
 * there may be reports. What is said here counts only for those that are asked for by a signal: one of a fatal error has it still.
 */
function keepOutOfReports(): void {
  const { report } = process as { report: NodeJS.ProcessReport & { excludeEnv?: boolean } };
  // It would have every property of the error.
  report.reportOnUncaughtException = false;
  if (report.excludeEnv) return;
  report.reportOnFatalError = false;
  if ('excludeEnv' in report) report.excludeEnv = true;
  else report.reportOnSignal = false;
}

/** Writes to standard output before it returns, in as many tries as a full pipe needs. */
function writeBounded(line: string): void {
  const bytes = Buffer.from(line);
  const deadline = Date.now() + PATIENCE_MS;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
