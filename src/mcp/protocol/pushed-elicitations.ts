import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { digest, randomText } from '../../common/index.js';
import { WaitSlots } from '../../sign-ins/index.js';
import { isAnswer, readAnswer, type Answer } from '../elicitation/answers.js';
import { McpSignals } from '../elicitation/signals.js';
import type { McpPrincipal } from '../principals/access-tokens.js';
import type { RequestId } from './message.js';

/** Where a question is sent, and to whom. */
export interface Addressee {
  principal: McpPrincipal;
  sessionId: string;
  /** Ends the wait. */
  signal: AbortSignal;
  waitMs: number;
  push: (message: object) => void;
}

/** Questions that are sent to a client while it waits for a response. The answer is a request of its own, which any replica may receive. */
@Injectable()
export class PushedElicitations implements BeforeApplicationShutdown {
  private readonly slots = new WaitSlots();
  private readonly stopping = new AbortController();

  constructor(private readonly signals: McpSignals) {}

  /** Ends all waits so that the process can stop. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** Sends `elicitation/create` and waits. @returns `undefined` if no answer came, or too many requests of the key or the tenant wait */
  async ask(to: Addressee, params: object): Promise<Answer | undefined> {
    const { principal, sessionId, push, waitMs } = to;
    const { tenantId } = principal.caller;
    const free = this.slots.take(principal.caller);
    if (!free) return undefined;
    const id = `countersign-${randomText(26)}`;
    const signalId = signalIdOf(sessionId, id);
    try {
      await this.signals.expect(tenantId, signalId, waitMs);
      const until = AbortSignal.any([to.signal, this.stopping.signal, AbortSignal.timeout(waitMs)]);
      const answered = this.signals.next(tenantId, signalId, until);
      push({ jsonrpc: '2.0', id, method: 'elicitation/create', params });
      const value = await answered;
      return isAnswer(value) ? value : undefined;
    } finally {
      free();
    }
  }

  /**
   * Delivers a client's answer. An error, such as of a client that has no such method, counts as `cancel`.
   *
   * @returns `false` if no request waits for it
   */
  deliver(principal: McpPrincipal, sessionId: string, id: RequestId, result: unknown): Promise<boolean> {
    const answer = readAnswer(result, true) ?? 'cancel';
    return this.signals.answer(principal.caller.tenantId, signalIdOf(sessionId, id), answer);
  }
}

function signalIdOf(sessionId: string, id: RequestId): string {
  return digest(JSON.stringify(['answer', sessionId, id]));
}
