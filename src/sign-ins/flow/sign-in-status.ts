import type { SignIn, SignInStatus } from './sign-in.entity.js';

/** A sign-in's status as clients see it. */
export type VisibleStatus = SignInStatus | 'expired';

/** Returns whether a sign-in can still finish. */
export function isOpen(status: VisibleStatus): boolean {
  return status === 'pending' || status === 'awaiting_verification';
}

/** Returns the status of a sign-in; an open sign-in past its expiry is `expired`. */
export function statusAt({ status, expiresAt }: Pick<SignIn, 'status' | 'expiresAt'>, now: Date): VisibleStatus {
  return isOpen(status) && expiresAt <= now ? 'expired' : status;
}
