/** A browser that cannot go on; `reason` says which page it gets. Nothing was changed and no code was sent anywhere. */
export class SignInRefusedError extends Error {
  constructor(
    readonly reason: 'unknown' | 'no_state' | 'used' | 'expired' | 'other_browser' | 'ended' | 'too_many_attempts',
  ) {
    super(`the sign-in cannot go on: ${reason}`);
    this.name = 'SignInRefusedError';
  }
}
