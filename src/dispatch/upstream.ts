import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { withCredentialQuery, type Credential, type PlannedCall } from '../credentials/index.js';
import { CountersignError } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Egress, EgressError, type EgressResponse } from '../egress/index.js';
import type { BuiltRequest } from '../openapi/index.js';
import type { SentRequest } from './call.dto.js';
import type { CallHold } from './held/held-bytes.js';
import { responseLimit } from './response/response-limit.js';
import { shownRequest, showing } from './shown-request.js';

/** How long a call may still take, who gave up waiting, and which conversation it belongs to. */
export interface CallFrame {
  /** Milliseconds since the epoch. */
  deadline: number;
  signal?: AbortSignal;
  conversationId?: string;
  /** What it holds of bodies. */
  hold: CallHold;
  /** Somebody wants to see the request that was sent. */
  showRequest?: boolean;
}

/** What the upstream answered; and what to, where the frame asks for it, as a failure tells it too. */
export interface Sent {
  answer: EgressResponse;
  request: SentRequest | undefined;
}

/** Sends built requests to the upstream, with their credential. */
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
    { deadline, signal, conversationId, showRequest, hold }: CallFrame,
  ): Promise<Sent> {
    const outgoing = {
      method,
      url: withCredentialQuery(url, credential.query),
      // The credential comes last: no argument and no setting stands in its place.
      headers: { ...contextHeaders(call, conversationId), ...headers, ...credential.headers },
      body,
    };
    const shown = showRequest ? shownRequest(outgoing, call, credential) : undefined;
    const start = performance.now();
    const shownNow = () => shown && { ...shown, milliseconds: Math.round(performance.now() - start) };
    try {
      const timeoutMs = deadline - Date.now();
      if (timeoutMs <= 0) throw new CountersignError('upstream_timeout', 'there was no time left to call the upstream');
      const answer = await this.egress.request({
        ...outgoing,
        timeoutMs,
        maxResponseBytes: (head) => responseLimit(this.settings.call, head),
        overflow: 'truncate',
        credential: true,
        holding: hold.answers,
        signal,
      });
      return { answer, request: shownNow() };
    } catch (error) {
      throw showing(shownNow(), error instanceof EgressError ? failed(error) : error);
    }
  }
}

function failed(error: EgressError): CountersignError {
  const code = error.code === 'aborted' || error.code === 'upstream_too_large' ? 'upstream_invalid' : error.code;
  return new CountersignError(code, error.message, [], { cause: error });
}

/** What ChatGPT sends along, under the same names. The user's id is a digest: the same for the GPT, telling nothing. */
function contextHeaders({ action, user, caller }: PlannedCall, conversationId?: string): Record<string, string> {
  const headers: Record<string, string> = { 'openai-gpt-id': action.gptId };
  if (conversationId !== undefined) headers['openai-conversation-id'] = encodeURIComponent(conversationId);
  if (user !== undefined) {
    const ephemeral = createHash('sha256')
      .update(JSON.stringify([caller.tenantId, action.gptId, user]))
      .digest('hex');
    headers['openai-ephemeral-user-id'] = ephemeral.slice(0, 32);
  }
  return headers;
}
