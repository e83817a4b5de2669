import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Action } from '../actions/index.js';
import { Database } from '../database/index.js';
import { SignIn } from '../sign-ins/index.js';
import { Traces } from '../traces/index.js';
import { fine, warning, type Finding } from './finding.js';

/** What the last user met: a refusal that shows only in a browser, such as one of PKCE, is remembered here (PROVIDERS 13). */
@Injectable()
export class LastSignIn {
  constructor(
    private readonly database: Database,
    private readonly traces: Traces,
  ) {}

  /** @returns nothing where nobody's sign-in has ended within the time that traces are kept */
  async check({ tenantId, id: actionId, binding }: Action): Promise<Finding[]> {
    const where = { tenantId, actionId, binding, status: In(['connected', 'failed']) };
    const last = await this.database.read((manager) =>
      manager.findOne(SignIn, { where, order: { endedAt: 'DESC', id: 'ASC' } }),
    );
    if (!last) return [];
    if (last.status === 'connected')
      return [fine('last_sign_in', null, 'The last sign-in that ended has connected its user.')];
    const diagnosis = (await this.traces.of(tenantId, last.id)).findLast((step) => step.diagnosis)?.diagnosis;
    const why = diagnosis?.text ?? last.errorMessage ?? 'Nothing more is known.';
    const change = `GET /v1/sign-ins/${last.id}/trace has its steps.`;
    return [warning('last_sign_in', null, `The last sign-in that ended has failed. ${why}`, change)];
  }
}
