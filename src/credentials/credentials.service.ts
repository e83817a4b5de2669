import { Injectable } from '@nestjs/common';
import { runStrategies } from '../common/index.js';
import type { Credential } from './credential.js';
import type { CredentialStrategy, WithPlannedCall } from './credential.strategy.js';
import type { PlannedCall } from './planned-call.js';

/** The schema of operations that the document exempts from authentication (`security: []`). */
const NONE = 'none';

/** Authenticates calls with the Passport strategy of their action's schema. */
@Injectable()
export class Credentials {
  private readonly strategies = new Map<string, CredentialStrategy>();

  /** @param type the authentication schema that the strategy enforces */
  register(type: string, strategy: CredentialStrategy): void {
    this.strategies.set(type, strategy);
  }

  /**
   * Returns the credential of a call.
   *
   * @throws {SignInRequiredError} the user has to sign in
   * @throws {CountersignError} `user_required`, `credential_unavailable`
   */
  async authenticate(call: PlannedCall): Promise<Credential> {
    const input: WithPlannedCall = { plannedCall: call };
    const outcome = await runStrategies<Credential>([this.strategyFor(call)], input);
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
