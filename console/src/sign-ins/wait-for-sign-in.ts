import { isRejection, Problem } from '../api/problem';
import { readSignIn, type SignIn } from '../queries/sign-ins';

/** Below a minute, after which proxies often close idle connections. */
const LONG_POLL_SECONDS = 25;

/** Between two requests: a server that shuts down responds to long polls at once. */
const PAUSE_MS = 2000;

/** Whether the sign-in has not ended yet. */
export function isOpen({ status }: Pick<SignIn, 'status'>): boolean {
  return status === 'pending' || status === 'awaiting_verification';
}

/**
 * Waits until a sign-in has ended, by long polling. Retries if the server cannot be reached.
 *
 * @throws {Problem} the sign-in does not exist or may not be read
 * @throws {DOMException} `signal` was aborted
 */
export async function waitForSignIn(id: string, signal: AbortSignal): Promise<SignIn> {
  for (;;) {
    try {
      const signIn = await readSignIn(id, signal, LONG_POLL_SECONDS);
      if (!isOpen(signIn)) return signIn;
    } catch (error) {
      if (signal.aborted || (isRejection(error) && (error as Problem).status !== 429)) throw error;
    }
    await pause(signal);
  }
}

/** Waits between two requests, or until `signal` is aborted. */
export function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, PAUSE_MS);
    signal.addEventListener('abort', done);
  });
}
