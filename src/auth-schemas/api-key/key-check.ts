import { Injectable } from '@nestjs/common';
import { OperationPlans, type Action } from '../../actions/index.js';
import { Clock, CountersignError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Egress, EgressError } from '../../egress/index.js';
import { InvalidArgumentsError } from '@countersign/openapi';
import { diagnose, networkFacts, type TraceLog, type TraceStep } from '../../traces/index.js';
import { withCredentialQuery, staticHeaders } from '../../credentials/index.js';
import type { ApiKeySettings } from './api-key.fields.js';
import { placeKey } from './place-key.js';

/** Bytes of the response body that are read; only the status matters. */
const MAX_BYTES = 65_536;

/** Result of a check. `unknown`: the API could not be reached, or its status is neither success nor 401 or 403. */
export type KeyVerdict = 'accepted' | 'rejected' | 'unknown';

/** Checks a user's key by calling the schema's `check_operation` before the key is stored. */
@Injectable()
export class KeyCheck {
  constructor(
    private readonly plans: OperationPlans,
    private readonly egress: Egress,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @param log receives the request without the key, and the status of the response */
  async check(action: Action, operationId: string, key: string, log: TraceLog): Promise<KeyVerdict> {
    const step: TraceStep = { name: 'key_check', at: this.clock.now().toISOString() };
    log.add(step);
    const verdict = await this.call(action, operationId, key, step);
    step.decision = DECISIONS[verdict];
    return verdict;
  }

  private async call(action: Action, operationId: string, key: string, step: TraceStep): Promise<KeyVerdict> {
    const { authSettings, gptId, id: actionId, tenantId } = action;
    const startedAt = performance.now();
    try {
      const plan = await this.plans.plan(tenantId, { gptId, operationId, actionId });
      const { method, url, headers } = plan.operation.build(await plan.checkArguments({}));
      step.sent = { line: `${method} ${url}` };
      const placed = placeKey(authSettings as unknown as ApiKeySettings, { api_key: key });
      const { status } = await this.egress.request({
        tenantId,
        method,
        url: withCredentialQuery(url, placed.query),
        headers: { ...headers, ...staticHeaders(authSettings), ...placed.headers },
        timeoutMs: this.settings.refresh.tokenTimeoutMs,
        maxResponseBytes: MAX_BYTES,
        overflow: 'truncate',
        credential: true,
      });
      step.duration_ms = Math.round(performance.now() - startedAt);
      step.received = { status, headers: {}, body: '' };
      step.diagnosis = diagnose({ phase: 'key_check', response: { status, looksLike: 'empty' } });
      if (status === 401 || status === 403) return 'rejected';
      return status < 300 ? 'accepted' : 'unknown';
    } catch (error) {
      const failure = failureOf(error);
      step.received = { failure };
      if (error instanceof EgressError) step.diagnosis = diagnose(networkFacts('key_check', error));
      return 'unknown';
    }
  }
}

/** Returns the failure of a check for the trace. Rethrows errors that neither the API nor the action's settings can cause. */
function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof EgressError || error instanceof CountersignError) {
    return { code: error.code, message: `the key could not be checked: ${error.message}` };
  }
  if (!(error instanceof InvalidArgumentsError)) throw error;
  return {
    code: 'invalid_arguments',
    message: 'the key could not be checked: check_operation has required parameters; choose an operation without',
  };
}

const DECISIONS: Record<KeyVerdict, string> = {
  accepted: 'the API accepted the key',
  rejected: 'the API rejected the key; the user was asked again',
  unknown: 'the key could not be checked; the user was asked to try again',
};
