import { api, type Schema } from '../api/api';
import { isRefusal, Problem } from '../api/problem';

export type SignIn = Schema<'SignInDto'>;

/** Under a minute, so that nothing between the browser and the server gives up first. */
const WAIT_SECONDS = 25;

const PAUSE_MS = 2000;

/** Not ended yet. */
export function isOpen({ status }: Pick<SignIn, 'status'>): boolean {
  return status === 'pending' || status === 'awaiting_verification';
}

/**
 * Waits until a sign-in has ended. The server holds each answer back until then, or for a while; where it cannot be reached, it is asked
 * again.
 *
 * @throws {Problem} there is no such sign-in, or it may not be read
 * @throws {DOMException} `signal` was aborted
 */
export async function endOf(id: string, signal: AbortSignal): Promise<SignIn> {
  for (;;) {
    try {
      const signIn = await api.get<SignIn>(`/v1/sign-ins/${id}?wait=${WAIT_SECONDS}`, signal);
      if (!isOpen(signIn)) return signIn;
    } catch (error) {
      if (signal.aborted || (isRefusal(error) && (error as Problem).status !== 429)) throw error;
    }
    await pause(signal);
  }
}

/** A moment between two questions: a server that answers at once, because it stops, is not to be overrun. */
function pause(signal: AbortSignal): Promise<void> {
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
