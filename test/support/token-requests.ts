import type { AuthorizationServer } from './authorization-server.js';

/** A call that the API responded to. */
export const completed = { status: 200, body: { outcome: 'completed', response: { status: 200 } } };

/** A call that resulted in a sign-in link. */
export const signInRequired = (reason: string) => ({
  status: 200,
  body: { outcome: 'sign_in_required', sign_in: { reason } },
});

/** Blocks the next token request until it is released, `before` or `after` the provider processes it. */
export function holdTokenRequest(
  { behavior }: AuthorizationServer,
  when: 'before' | 'after' = 'before',
): { arrived: Promise<void>; release: () => void } {
  let release = () => {};
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  let isFirst = true;
  behavior[when] = async () => {
    if (!isFirst) return;
    isFirst = false;
    arrive();
    await held;
  };
  return { arrived, release };
}
