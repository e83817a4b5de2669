import { Injectable } from '@nestjs/common';
import { digest } from '../../common/index.js';
import { McpSignals } from '../elicitation/signals.js';
import type { RequestId } from './message.js';

/** Cancels requests of the revisions with a handshake: `notifications/cancelled` is a request of its own, which any replica may receive. */
@Injectable()
export class Cancellations {
  constructor(private readonly signals: McpSignals) {}

  /** Calls `cancel` when the client cancels a request. @returns a function to call when the request has ended */
  watch(tenantId: string, sessionId: string, id: RequestId, cancel: () => void): () => void {
    return this.signals.listen(tenantId, signalIdOf(sessionId, id), cancel);
  }

  async cancel(tenantId: string, sessionId: string, id: unknown): Promise<void> {
    if (typeof id !== 'string' && typeof id !== 'number') return;
    await this.signals.send(tenantId, signalIdOf(sessionId, id), 'cancelled');
  }
}

function signalIdOf(sessionId: string, id: RequestId): string {
  return digest(JSON.stringify(['cancel', sessionId, id]));
}
