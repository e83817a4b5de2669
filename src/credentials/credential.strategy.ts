import { Strategy } from 'passport';
import type { Credential } from './credential.js';
import type { PlannedCall } from './planned-call.js';
import { SignInRequiredError } from './sign-in-required.error.js';

/** The input of a strategy: any object that carries the planned call, such as an HTTP request. */
export interface WithPlannedCall {
  plannedCall?: PlannedCall;
}

/**
 * Enforces one authentication schema as a Passport strategy. It succeeds with the credential of the call and fails with a
 * `SignInRequiredError` if the user has to sign in first.
 */
export abstract class CredentialStrategy extends Strategy {
  /**
   * Returns the credential of a call.
   *
   * @throws {SignInRequiredError} the user has to sign in
   * @throws {CountersignError} `user_required`, `credential_unavailable`
   */
  abstract credentialFor(call: PlannedCall): Promise<Credential>;

  override authenticate(request: object): void {
    const { plannedCall } = request as WithPlannedCall;
    if (!plannedCall)
      return this.error(new Error('plannedCall is missing: resolve the operation before authenticating the call'));
    this.credentialFor(plannedCall).then(
      (credential) => this.success(credential),
      // Passport's types allow only strings and numbers as challenges, but it passes on any value.
      (error: unknown) => (error instanceof SignInRequiredError ? this.fail(error as never) : this.error(error)),
    );
  }
}
