import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan } from 'typeorm';
import { Clock, digest, randomSecret, RecurringJobs } from '../common/index.js';
import { Database, LONG, type TenantStore } from '../database/index.js';
import { canonicalJson, type BuiltRequest, type JsonValue } from '@countersign/openapi';
import type { Confirmation } from './call.dto.js';
import type { Call } from './call.js';
import { ConfirmationRow } from './confirmation.entity.js';

const LIFETIME_MS = 600_000;
const SWEEP_MS = 3_600_000;

/** Confirmations of consequential calls by their users. Each is for one call with the same arguments, and is redeemed once. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('old confirmations', SWEEP_MS, () => this.sweep());
  }

  /** Stores a pending confirmation and returns what the user has to be asked. */
  async ask(call: Call, { method, url }: BuiltRequest): Promise<Confirmation> {
    const token = randomSecret();
    const expiresAt = this.clock.in(LIFETIME_MS);
    const row = { tokenDigest: digest(token), callDigest: callDigest(call), expiresAt };
    await this.database
      .tenant(call.caller.tenantId)
      .write((store) => store.insert(ConfirmationRow, [row]), { until: call.deadline });
    const { operation, action, canAlwaysAllow } = call;
    const summary = operation.summary ?? `${method} ${operation.path}`;
    const question = { token, domain: action.domain, method, url, summary, can_always_allow: canAlwaysAllow };
    return { ...question, expires_at: expiresAt.toISOString() };
  }

  /** Deletes a pending confirmation. @returns whether there was one for this action, operation, user, conversation and arguments */
  async redeem(call: Call, token: string): Promise<boolean> {
    const pending = {
      tokenDigest: digest(token),
      callDigest: callDigest(call),
      expiresAt: MoreThan(this.clock.now()),
    };
    const tenant = this.database.tenant(call.caller.tenantId);
    const redeem = (store: TenantStore) => store.delete(ConfirmationRow, pending);
    return (await tenant.write(redeem, { until: call.deadline })) === 1;
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write((manager) => manager.delete(ConfirmationRow, { expiresAt: LessThan(now) }), LONG);
  }
}

/** Includes the action's revision: a confirmation does not apply to an action that has changed since. */
function callDigest({ action, operation, user, conversationId, arguments: args }: Call): string {
  const asked: JsonValue = [
    action.id,
    action.revision,
    operation.operationId,
    user ?? null,
    conversationId ?? null,
    args,
  ];
  return digest(canonicalJson(asked));
}
