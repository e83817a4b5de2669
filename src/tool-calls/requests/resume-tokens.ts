import { Injectable } from '@nestjs/common';
import { SealedTokens, type TokenScope } from '../../vault/index.js';
import type { Turn } from '../turns/turn.js';

/** Who may resume a turn. */
type TurnOwner = Pick<Turn, 'caller' | 'gptId' | 'user'>;

/** The sealed ids of turns that wait for their users. */
@Injectable()
export class ResumeTokens {
  constructor(private readonly tokens: SealedTokens) {}

  seal(owner: TurnOwner, turnId: string, lifetimeMs: number): Promise<string> {
    return this.tokens.seal(scopeOf(owner), turnId, lifetimeMs);
  }

  /** @returns the id of the turn; `undefined` if the token is invalid for this owner or has expired */
  open(owner: TurnOwner, token: string): Promise<string | undefined> {
    return this.tokens.open<string>(scopeOf(owner), token);
  }
}

function scopeOf({ caller, gptId, user }: TurnOwner): TokenScope {
  const ofUser = user === undefined ? [] : [user];
  return { tenantId: caller.tenantId, use: 'tool_calls.resume', boundTo: [caller.keyId, gptId, ...ofUser] };
}
