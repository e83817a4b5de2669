import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Action } from '../actions/index.js';
import { Database } from '../database/index.js';
import { SignIn } from '../sign-ins/index.js';
import { Traces } from '../traces/index.js';
import { okFinding, warningFinding, type Finding } from './findings/finding.js';

/** Reports how the last sign-in ended. Some refusals, such as of PKCE, only occur in a browser, so the requests of a check miss them (provider quirk 13). */
@Injectable()
export class LastSignIn {
  constructor(
    private readonly database: Database,
    private readonly traces: Traces,
  ) {}

  /**
   * Returns a finding about the action's last finished sign-in; none if there is no sign-in within the retention of traces, or if the action was
   * changed after it had failed.
   */
  async check({ tenantId, id: actionId, bindingVersion, updatedAt }: Action): Promise<Finding[]> {
    const where = { tenantId, actionId, bindingVersion, status: In(['connected', 'failed']) };
    const last = await this.database.read((manager) =>
      manager.findOne(SignIn, { where, order: { endedAt: 'DESC', id: 'ASC' } }),
    );
    if (!last) return [];
    if (last.status === 'failed' && last.endedAt && last.endedAt < updatedAt) return [];
    if (last.status === 'connected')
      return [okFinding('last_sign_in', null, 'The last finished sign-in connected its user.')];
    const diagnosis = (await this.traces.of(tenantId, last.id)).findLast((step) => step.diagnosis)?.diagnosis;
    const why = diagnosis?.text ?? last.errorMessage ?? 'The reason is unknown.';
    const change = `See its steps with GET /v1/sign-ins/${last.id}/trace.`;
    return [warningFinding('last_sign_in', null, `The last finished sign-in failed. ${why}`, change)];
  }
}
