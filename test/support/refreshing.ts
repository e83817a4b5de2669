import type { AuthorizationServer } from './authorization-server.js';

/** A call that was answered by the API. */
export const completed = { status: 200, body: { outcome: 'completed', response: { status: 200 } } };

/** A call that was answered by a link to sign in. */
export const signInBecause = (reason: string) => ({
  status: 200,
  body: { outcome: 'sign_in_required', sign_in: { reason } },
});

/** Holds the next token request until it is let go: `before` the provider decides, or `after` that. */
export function holdTokenRequest(
  { behaviour }: AuthorizationServer,
  when: 'before' | 'after' = 'before',
): { arrived: Promise<void>; letGo: () => void } {
  let letGo = () => {};
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  let isFirst = true;
  behaviour[when] = async () => {
    if (!isFirst) return;
    isFirst = false;
    arrive();
    await held;
  };
  return { arrived, letGo };
}
