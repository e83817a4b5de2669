import { Strategy } from 'passport';
import type { Action, AuthFields, AuthSchema, CompletedFields } from '../actions/index.js';
import type { Caller, FieldError } from '../common/index.js';
import type { TenantStore } from '../database/index.js';
import type { Obtained, PlannedCall, WithPlannedCall } from './credential.js';

/**
 * An authentication schema as a Passport strategy: the request passes with what its call needs to carry, and fails with the sign-in
 * that its user has to go through. `obtain` answers the same without any request.
 */
export abstract class CredentialStrategy extends Strategy implements AuthSchema {
  abstract readonly type: string;
  abstract readonly input: new () => AuthFields;
  abstract readonly output: new () => object;
  readonly secretFields: readonly string[] = [];

  /** @throws {CountersignError} `user_required`, `credential_unavailable` */
  abstract obtain(call: PlannedCall): Promise<Obtained>;

  override authenticate(request: object): void {
    const { plannedCall } = request as WithPlannedCall;
    if (!plannedCall) return this.error(new Error('the call has not been planned'));
    this.obtain(plannedCall).then(
      (obtained) => ('signIn' in obtained ? this.fail(obtained as unknown as string) : this.success(obtained)),
      (error: unknown) => this.error(error),
    );
  }

  async complete(fields: AuthFields, _suggestion?: Record<string, unknown>): Promise<CompletedFields> {
    return { fields };
  }

  check(_fields: AuthFields): FieldError[] {
    return [];
  }

  async admit(_fields: AuthFields, _action: Pick<Action, 'tenantId' | 'domain'>): Promise<FieldError[]> {
    return [];
  }

  endpoints(_fields: AuthFields): string[] {
    return [];
  }

  extraFields(_action: Action): Record<string, unknown> {
    return {};
  }

  async unbind(_store: TenantStore, _action: Action, _actor: Caller): Promise<void> {
    // Nothing was given by users.
  }
}
