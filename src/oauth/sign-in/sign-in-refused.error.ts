import type { RefusalReason } from '../pages/texts/index.js';

/** A browser that cannot go on; `reason` says which page it gets. Nothing was changed and no code was sent anywhere. */
export class SignInRefusedError extends Error {
  /** @param tenantId whose page it is, where that is known */
  constructor(
    readonly reason: RefusalReason,
    readonly tenantId?: string,
  ) {
    super(`the sign-in cannot go on: ${reason}`);
    this.name = 'SignInRefusedError';
  }
}
