import { Injectable } from '@nestjs/common';
import { OperationPlans, type Action } from '../../actions/index.js';
import { Clock, CountersignError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Egress, EgressError } from '../../egress/index.js';
import { InvalidArgumentsError } from '../../openapi/index.js';
import { diagnose, networkFacts, type TraceLog, type TraceStep } from '../../traces/index.js';
import { withCredentialQuery, staticHeaders } from '../../credentials/index.js';
import type { ApiKeySettings } from './api-key.fields.js';
import { placeKey } from './place-key.js';

/** Only the status is looked at. */
const MAX_BYTES = 65_536;

/** What the API said to a key. */
export type KeyVerdict = 'accepted' | 'refused' | 'unknown';

/** Tries a user's key with the operation that the builder has named, before it is kept. */
@Injectable()
export class KeyCheck {
  constructor(
    private readonly plans: OperationPlans,
    private readonly egress: Egress,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @param log gets the request without the key, and the status of the answer */
  async check(action: Action, operationId: string, key: string, log: TraceLog): Promise<KeyVerdict> {
    const step: TraceStep = { name: 'key_check', at: this.clock.now().toISOString() };
    log.add(step);
    const verdict = await this.ask(action, operationId, key, step);
    step.decision = DECISIONS[verdict];
    return verdict;
  }

  private async ask(action: Action, operationId: string, key: string, step: TraceStep): Promise<KeyVerdict> {
    const { authSettings, gptId, id: actionId, tenantId } = action;
    const begun = performance.now();
    try {
      const { operation } = await this.plans.plan(tenantId, { gptId, operationId, actionId });
      const { method, url, headers } = operation.buildRequest({});
      step.sent = { line: `${method} ${url}` };
      const placed = placeKey(authSettings as unknown as ApiKeySettings, { api_key: key });
      const { status } = await this.egress.request({
        method,
        url: withCredentialQuery(url, placed.query),
        headers: { ...headers, ...staticHeaders(authSettings), ...placed.headers },
        timeoutMs: this.settings.refresh.tokenTimeoutMs,
        maxResponseBytes: MAX_BYTES,
        overflow: 'truncate',
        credential: true,
      });
      step.duration_ms = Math.round(performance.now() - begun);
      step.received = { status, headers: {}, body: '' };
      step.diagnosis = diagnose({ phase: 'key_check', answer: { status, looksLike: 'empty' } });
      if (status === 401 || status === 403) return 'refused';
      return status < 300 ? 'accepted' : 'unknown';
    } catch (error) {
      const failure = failureOf(error);
      step.received = { failure };
      if (error instanceof EgressError) step.diagnosis = diagnose(networkFacts('key_check', error));
      return 'unknown';
    }
  }
}

/** @throws what is a fault of ours */
function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof EgressError || error instanceof CountersignError) {
    return { code: error.code, message: `the check could not be made: ${error.message}` };
  }
  if (!(error instanceof InvalidArgumentsError)) throw error;
  return { code: 'invalid_arguments', message: 'check_operation needs arguments, and none are given' };
}

const DECISIONS: Record<KeyVerdict, string> = {
  accepted: 'the API took the key',
  refused: 'the API refused the key; the user was asked again',
  unknown: 'whether the key is good could not be told; the user was asked to try again',
};
