import { writeSync } from 'node:fs';
import { createLogger } from '../common/index.js';

/** How long the reader of standard output may take to accept the last log line. */
const WRITE_TIMEOUT_MS = 1000;

/**
 * Ends the process on an uncaught exception or unhandled rejection: one log line of level `fatal`, whatever `LOG_LEVEL` is, and
 * exit code 1, so that a supervisor restarts it. The process's state is unknown by then, so no connection is drained.
 *
 * Node's default would print a source excerpt and the error with all its properties: query parameters, headers, rejection reasons.
 */
export function exitOnFatalError(): void {
  const logger = createLogger('fatal', { write: writeBeforeTimeout });
  const exit = (thrown: unknown, message: string) => {
    try {
      logger.fatal({ err: thrown }, message);
    } finally {
      // Even if the line cannot be written: an error thrown from here would be printed by Node as it is.
      process.exit(1);
    }
  };
  process.on('uncaughtException', (error) => exit(error, 'uncaught exception, exiting'));
  process.on('unhandledRejection', (reason) => exit(reason, 'unhandled promise rejection, exiting'));
  excludeSecretsFromReports();
}

/**
 * Keeps the environment, which holds keys, out of Node's diagnostic reports; turns reports off if this version of Node cannot.
 * A process started with `--report-exclude-env` is safe already. The setting applies to reports on a signal; reports on a fatal
 * error would ignore it.
 */
function excludeSecretsFromReports(): void {
  const { report } = process as { report: NodeJS.ProcessReport & { excludeEnv?: boolean } };
  // These reports hold every property of the error.
  report.reportOnUncaughtException = false;
  if (report.excludeEnv) return;
  report.reportOnFatalError = false;
  if ('excludeEnv' in report) report.excludeEnv = true;
  else report.reportOnSignal = false;
}

/** Writes to standard output synchronously, retrying while the pipe is full. */
function writeBeforeTimeout(line: string): void {
  const bytes = Buffer.from(line);
  const deadline = Date.now() + WRITE_TIMEOUT_MS;
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += writeSync(1, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
