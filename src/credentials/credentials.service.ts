import { Injectable } from '@nestjs/common';
import { beforeDeadline, CountersignError, runStrategies } from '../common/index.js';
import type { Credential } from './credential.js';
import type { CredentialStrategy, WithPlannedCall } from './credential.strategy.js';
import type { PlannedCall } from './planned-call.js';

/** The schema of operations that the document exempts from authentication (`security: []`). */
const NONE = 'none';

/** The time beyond the deadline for work that has a deadline of its own, and reports what it waited for. */
const OVERTIME_MS = 100;

/** Authenticates calls with the Passport strategy of their action's schema. */
@Injectable()
export class Credentials {
  private readonly strategies = new Map<string, CredentialStrategy>();

  /** @param type the authentication schema that the strategy enforces */
  register(type: string, strategy: CredentialStrategy): void {
    this.strategies.set(type, strategy);
  }

  /**
   * Returns the credential of a call, by its deadline.
   *
   * @throws {SignInRequiredError} the user has to sign in
   * @throws {CountersignError} `user_required`, `credential_unavailable`, `unavailable`
   */
  async authenticate(call: PlannedCall): Promise<Credential> {
    const input: WithPlannedCall = { plannedCall: call };
    const running = runStrategies<Credential>([this.strategyFor(call)], input);
    const outcome = await beforeDeadline(running, call.deadline + OVERTIME_MS, credentialTooLate);
    if (outcome.passed) return outcome.value;
    throw outcome.challenges[0];
  }

  private strategyFor({ action, operation }: PlannedCall): CredentialStrategy {
    const type = operation.requiresAuth ? action.authType : NONE;
    const strategy = this.strategies.get(type);
    if (!strategy) throw new Error(`no strategy is registered for the authentication schema ${type}`);
    return strategy;
  }
}

function credentialTooLate(): CountersignError {
  return new CountersignError('credential_unavailable', "the credential could not be opened by the call's deadline");
}
