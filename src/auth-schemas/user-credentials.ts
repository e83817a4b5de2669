import { Injectable } from '@nestjs/common';
import { CountersignError } from '../common/index.js';
import {
  ConnectionTokens,
  SignInsService,
  type SignInReason,
  type TokenResult,
  type UsableToken,
} from '../oauth/index.js';
import type { Credential, Obtained, PlannedCall, SignInNeeded } from './credential.js';

/** How a call carries what a user's connection keeps. */
type Carry = (token: UsableToken) => Credential;

/** The credentials of calls that act for a user: what the user's connection keeps, or the sign-in that they need. */
@Injectable()
export class UserCredentials {
  constructor(
    private readonly tokens: ConnectionTokens,
    private readonly signIns: SignInsService,
  ) {}

  /** @throws {CountersignError} `user_required`, `credential_unavailable` */
  async obtain(call: PlannedCall, carry: Carry): Promise<Obtained> {
    const user = neededUser(call);
    return this.from(call, user, await this.tokens.obtain(call.action, user), carry);
  }

  private async from(call: PlannedCall, user: string, result: TokenResult, carry: Carry): Promise<Obtained> {
    if ('signIn' in result) return this.offer(call, user, result.signIn);
    const { connection } = result;
    const renew = async () => this.from(call, user, await this.tokens.renew(call.action, connection), carry);
    const canGrantMore = asksForMore(call.action.authSettings['scope'], connection.scope);
    return { ...carry(result), renew, ...(canGrantMore && { widen: () => this.offer(call, user, 'scope') }) };
  }

  private async offer(call: PlannedCall, user: string, reason: SignInReason): Promise<SignInNeeded> {
    const { caller, action, returnUrl } = call;
    return { signIn: await this.signIns.offer(caller, { action, user, reason, returnUrl }) };
  }
}

function neededUser({ user }: PlannedCall): string {
  if (user !== undefined) return user;
  const errors = [{ pointer: '/user', message: 'user is missing' }];
  throw new CountersignError('user_required', 'this operation acts for a user: say for which', errors);
}

/** Whether the schema asks for a scope that the user has not granted. */
function asksForMore(asked: unknown, granted: string | null): boolean {
  const has = new Set(scopesOf(granted ?? ''));
  return typeof asked === 'string' && scopesOf(asked).some((scope) => !has.has(scope));
}

/** Providers join scopes with commas and plus signs as well (PROVIDERS 12). */
function scopesOf(text: string): string[] {
  return text.split(/[\s,+]+/).filter(Boolean);
}
