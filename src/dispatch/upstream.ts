import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { withCredentialQuery, type Credential, type PlannedCall } from '../credentials/index.js';
import { CountersignError } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Egress, EgressError, type EgressResponse } from '../egress/index.js';
import type { BuiltRequest } from '@countersign/openapi';
import type { SentRequest } from './call.dto.js';
import type { CallLimits } from './memory/call-limits.js';
import { attachRequest, redactedRequest } from './redacted-request.js';
import { responseLimit } from './response/response-limit.js';

/** The limits of a call and what its body says about the call as a whole. */
export interface CallFrame extends CallLimits {
  conversationId?: string;
  /** The outcome shows the request that was sent. */
  showRequest?: boolean;
}

/** The upstream's response, with the redacted request if the call asked for it. */
export interface Sent {
  answer: EgressResponse;
  request: SentRequest | undefined;
}

/** Sends built requests with their credential to the upstream. */
@Injectable()
export class Upstream {
  constructor(
    private readonly egress: Egress,
    private readonly settings: Settings,
  ) {}

  /** @throws {CountersignError} `egress_denied`, `upstream_unreachable`, `upstream_invalid`, `upstream_timeout` */
  async send(
    call: PlannedCall,
    { method, url, headers, body }: BuiltRequest,
    credential: Credential,
    { deadline, signal, conversationId, showRequest, memory, isAdmin }: CallFrame,
  ): Promise<Sent> {
    const outgoing = {
      method,
      url: withCredentialQuery(url, credential.query),
      // The credential comes last: no argument and no setting replaces it.
      headers: { ...contextHeaders(call, conversationId), ...headers, ...credential.headers },
      body,
    };
    const redacted = showRequest ? redactedRequest(outgoing, call, credential) : undefined;
    const start = performance.now();
    const timed = () => redacted && { ...redacted, milliseconds: Math.round(performance.now() - start) };
    try {
      const timeoutMs = deadline - Date.now();
      if (timeoutMs <= 0) throw new CountersignError('upstream_timeout', 'no time was left to call the upstream');
      const answer = await this.egress.request({
        ...outgoing,
        timeoutMs,
        maxResponseBytes: (head) => responseLimit(this.settings.call, head),
        overflow: 'truncate',
        credential: true,
        memory: memory.responses,
        signal,
      });
      return { answer, request: timed() };
    } catch (error) {
      throw attachRequest(timed(), error instanceof EgressError ? toCountersignError(error, isAdmin) : error);
    }
  }
}

function toCountersignError(error: EgressError, isAdmin: boolean | undefined): CountersignError {
  const code = error.code === 'aborted' || error.code === 'upstream_too_large' ? 'upstream_invalid' : error.code;
  return new CountersignError(code, isAdmin ? error.message : error.publicMessage, [], { cause: error });
}

/** Returns the context headers that ChatGPT sends. The user's id is a digest: stable within the GPT, and meaningless outside it. */
function contextHeaders({ action, user, caller }: PlannedCall, conversationId?: string): Record<string, string> {
  const headers: Record<string, string> = { 'openai-gpt-id': action.gptId };
  if (conversationId !== undefined) headers['openai-conversation-id'] = encodeURIComponent(conversationId);
  if (user !== undefined) {
    const digest = createHash('sha256')
      .update(JSON.stringify([caller.tenantId, action.gptId, user]))
      .digest('hex');
    headers['openai-ephemeral-user-id'] = digest.slice(0, 32);
  }
  return headers;
}
