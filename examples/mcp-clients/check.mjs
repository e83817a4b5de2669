/** Runs checks one after another, prints a line for each, and bounds the time of all of them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAX_TIME_MS = 420_000;

const deadline = AbortSignal.timeout(MAX_TIME_MS);

const timeIsOver = new Promise((_, reject) => {
  deadline.addEventListener('abort', () => reject(new Error(`the checks together took more than ${MAX_TIME_MS} ms`)));
});
// It may reject between two checks.
timeIsOver.catch(() => undefined);

/** @param run throws if the check fails. What it returns is printed */
export async function check(name, run) {
  const start = performance.now();
  try {
    const note = await Promise.race([timeIsOver, run()]);
    console.log(`✓ ${name}${note ? `: ${note}` : ''} (${Math.round(performance.now() - start)} ms)`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`✗ ${name}\n${error.stack}`);
  }
}

/**
 * Runs a program of an installed package, until the time is over. It gets none of our environment, so that it opens no browser.
 *
 * @param onOutput called with everything that the program has written so far. If it rejects, the program is stopped
 * @returns its exit code and its output
 */
export async function runProgram(file, args, { env = {}, onOutput } = {}) {
  const path = fileURLToPath(new URL(`node_modules/${file}`, import.meta.url));
  const stop = new AbortController();
  const running = promisify(execFile)(process.execPath, [path, ...args], {
    signal: AbortSignal.any([deadline, stop.signal]),
    env,
  });
  let output = '';
  const read = (chunk) => onOutput?.((output += chunk)).catch((error) => stop.abort(error));
  running.child.stdout.on('data', read);
  running.child.stderr.on('data', read);
  try {
    return { code: 0, ...(await running) };
  } catch (error) {
    if (typeof error.code !== 'number') throw stop.signal.reason ?? error;
    return error;
  }
}
