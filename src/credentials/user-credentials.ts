import { Injectable } from '@nestjs/common';
import { CountersignError } from '../common/index.js';
import {
  ConnectionTokens,
  needsConsent,
  type SignInReason,
  type TokenResult,
  type UsableToken,
} from '../connections/index.js';
import { SignInsService } from '../sign-ins/index.js';
import type { Credential } from './credential.js';
import type { PlannedCall } from './planned-call.js';
import { SignInRequiredError } from './sign-in-required.error.js';

/** Builds the credential from the token of a user's connection. */
type BuildCredential = (token: UsableToken) => Credential;

/** The credentials of calls that act for an end user, from the user's connection. */
@Injectable()
export class UserCredentials {
  constructor(
    private readonly tokens: ConnectionTokens,
    private readonly signIns: SignInsService,
  ) {}

  /**
   * Returns the credential of the call's user.
   *
   * @throws {SignInRequiredError} the user has no usable connection
   * @throws {CountersignError} `user_required`, `credential_unavailable`
   */
  async credentialFor(call: PlannedCall, build: BuildCredential): Promise<Credential> {
    const user = requireUser(call);
    return this.from(call, user, await this.tokens.obtain(call.action, user, call.deadline), build);
  }

  private async from(
    call: PlannedCall,
    user: string,
    result: TokenResult,
    build: BuildCredential,
  ): Promise<Credential> {
    if ('signIn' in result) throw await this.signInRequired(call, user, result.signIn);
    const { connection } = result;
    const { action, operation, deadline } = call;
    const renew = async () => {
      const next = await this.tokens.replaceRejected(action, connection, operation.operationId, deadline);
      return next && this.from(call, user, next, build);
    };
    const recordAccepted = () => this.tokens.recordAccepted(connection, operation.operationId, deadline);
    const requestMoreScope = () => this.signInRequired(call, user, 'scope');
    return {
      ...build(result),
      renew,
      ...(connection.rejectedOperations && { recordAccepted }),
      ...(needsConsent(action.authSettings, connection.requestedScope ?? connection.scope) && { requestMoreScope }),
    };
  }

  private async signInRequired(call: PlannedCall, user: string, reason: SignInReason): Promise<SignInRequiredError> {
    const { caller, action, returnUrl, deadline } = call;
    return new SignInRequiredError(await this.signIns.offer(caller, { action, user, reason, returnUrl, deadline }));
  }
}

function requireUser({ user }: PlannedCall): string {
  if (user !== undefined) return user;
  const errors = [{ pointer: '/user', message: 'user is required' }];
  throw new CountersignError('user_required', "this operation requires an end user; send the user's id", errors);
}
