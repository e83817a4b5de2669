import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan } from 'typeorm';
import { Clock, digest, randomSecret, RecurringJobs } from '../common/index.js';
import { Database } from '../database/index.js';
import type { PlannedCall } from '../credentials/index.js';
import { type BuiltRequest, canonicalJson } from '../openapi/index.js';
import type { Confirmation } from './call.dto.js';
import { ConfirmationRow } from './confirmation.entity.js';

const LIFETIME_MS = 600_000;
const SWEEP_MS = 3_600_000;

/** Asks before calls that change something, and lets each go on once, exactly as it was asked. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('old confirmations', SWEEP_MS, () => this.sweep());
  }

  /** A question to the user, and the token that answers it. */
  async ask(call: PlannedCall, args: object, { method, url }: BuiltRequest): Promise<Confirmation> {
    const token = randomSecret();
    const { tenantId } = call.caller;
    const expiresAt = this.clock.in(LIFETIME_MS);
    const row = { tokenDigest: digest(token), callDigest: digestOf(call, args), expiresAt };
    await this.database.tenant(tenantId).write((store) => store.insert(ConfirmationRow, [row]));
    const { operation, action } = call;
    const summary = operation.summary ?? `${method} ${operation.path}`;
    const question = { token, domain: action.domain, method, url, summary, can_always_allow: operation.canAlwaysAllow };
    return { ...question, expires_at: expiresAt.toISOString() };
  }

  /** Uses a token up. @returns whether it was given for this call, by this user, with these arguments, and not used before */
  async accept(call: PlannedCall, args: object, token: string): Promise<boolean> {
    const fits = {
      tokenDigest: digest(token),
      callDigest: digestOf(call, args),
      expiresAt: MoreThan(this.clock.now()),
    };
    const { tenantId } = call.caller;
    return (await this.database.tenant(tenantId).write((store) => store.delete(ConfirmationRow, fits))) === 1;
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write((manager) => manager.delete(ConfirmationRow, { expiresAt: LessThan(now) }));
  }
}

/** The revision is part of it: what the user agreed to is what the action was then. */
function digestOf({ action, operation, user }: PlannedCall, args: object): string {
  return digest(canonicalJson([action.id, action.revision, operation.operationId, user ?? null, args]));
}
