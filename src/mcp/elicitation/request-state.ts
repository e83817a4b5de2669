import { Injectable } from '@nestjs/common';
import { canonicalJson, type JsonObject } from '@countersign/openapi';
import { digest } from '../../common/index.js';
import { SealedTokens, type TokenScope } from '../../vault/index.js';
import type { McpPrincipal } from '../principals/access-tokens.js';
import { ProtocolError } from './protocol-error.js';

const LIFETIME_MS = 900_000;

/** How often a call asks its user for something before it fails. */
export const MAX_ROUNDS = 4;

/** What a call waits for. */
export type Waiting =
  | { for: 'sign_in'; signInId: string; url: string; domain: string }
  /** A form of the client. `token` is that of the confirmation. */
  | { for: 'form'; token: string }
  | { for: 'page'; ticket: string; url: string; domain: string };

/** State of a call that the client keeps until it repeats the call. `round` counts from 1. */
export type RequestState = Waiting & { round: number };

/** The call that a state belongs to. */
export interface StateOwner {
  gptId: string;
  principal: McpPrincipal;
  name: string;
  args: JsonObject;
}

/** Seals the state of calls that wait for their users. It is valid for the same call of the same principal and user only. */
@Injectable()
export class RequestStates {
  constructor(private readonly tokens: SealedTokens) {}

  seal(owner: StateOwner, state: RequestState): Promise<string> {
    return this.tokens.seal(scopeOf(owner), state, LIFETIME_MS);
  }

  /** @throws {ProtocolError} -32602: the state is invalid, has expired, or belongs to another call */
  async open(owner: StateOwner, sealed: unknown): Promise<RequestState> {
    const state = typeof sealed === 'string' ? await this.tokens.open<RequestState>(scopeOf(owner), sealed) : undefined;
    if (!state) throw ProtocolError.invalidParams('requestState is invalid or has expired, or is of another request');
    return state;
  }
}

function scopeOf({ gptId, principal, name, args }: StateOwner): TokenScope {
  const { kind, id, user, caller } = principal;
  const call = digest(canonicalJson([name, args]));
  const boundTo = [gptId, kind, id, 'tools/call', call, ...(user === undefined ? [] : [user])];
  return { tenantId: caller.tenantId, use: 'mcp.request_state', boundTo };
}
