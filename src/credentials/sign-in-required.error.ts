import type { SignInOfferDto } from '../sign-ins/index.js';

/** A call cannot be authenticated until its user has signed in. */
export class SignInRequiredError extends Error {
  constructor(readonly signIn: SignInOfferDto) {
    super(`the user has to sign in to ${signIn.domain} (${signIn.reason})`);
    this.name = 'SignInRequiredError';
  }
}
