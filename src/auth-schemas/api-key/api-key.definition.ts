import { Injectable } from '@nestjs/common';
import {
  AuthSchemaDefinition,
  type ChangedAction,
  type AuthFields,
  type CompletedFields,
  type UserTokens,
} from '../../auth-registry/index.js';
import type { Caller, FieldError } from '../../common/index.js';
import { ConnectionsService } from '../../connections/index.js';
import type { TenantStore } from '../../database/index.js';
import { ApiKeySchemaInput, ApiKeySchemaOutput, isPerUser, type ApiKeySettings } from './api-key.fields.js';
import { CHECKS } from './checks.js';
import { cleanKeyFields } from './pasted-fields.js';
import { completeKey } from './completion.js';
import { checkImportedKey } from './user-key.js';

/** One key for all end users of the action, or one for each user, in a header or the query. */
@Injectable()
export class ApiKeyDefinition extends AuthSchemaDefinition {
  readonly type = 'api_key';
  readonly input = ApiKeySchemaInput;
  readonly output = ApiKeySchemaOutput;
  override readonly secretFields = ['api_key', 'password'];
  override readonly userTokenType = 'api_key';
  override readonly checks = CHECKS;

  constructor(private readonly connections: ConnectionsService) {
    super();
  }

  override clean(input: AuthFields): AuthFields {
    return cleanKeyFields(input);
  }

  override async complete(
    input: AuthFields,
    _tenantId: string,
    suggestion?: Record<string, unknown>,
  ): Promise<CompletedFields> {
    return { fields: suggestion ? completeKey(input, suggestion) : input };
  }

  /** Counts the switch between shared and user keys as another destination, so that keys are never used in the other role. */
  override credentialDestinations({ per_user }: ApiKeySchemaInput): string[] {
    return per_user ? ['per_user'] : [];
  }

  override checkUserTokens(settings: Record<string, unknown>, tokens: UserTokens): FieldError[] | undefined {
    return isPerUser(settings) ? checkImportedKey(settings as unknown as ApiKeySettings, tokens) : undefined;
  }

  override async endUserCredentials(store: TenantStore, action: ChangedAction, actor: Caller): Promise<void> {
    if (isPerUser(action.authSettings)) await this.connections.endForAction(store, action, actor);
  }

  override async deleteUserCredentials(store: TenantStore, action: ChangedAction, actor: Caller): Promise<void> {
    if (isPerUser(action.authSettings)) await this.connections.endWithAction(store, action, actor);
  }

  override async drainUserCredentials(action: ChangedAction, actor: Caller): Promise<void> {
    if (isPerUser(action.authSettings)) await this.connections.drainAction(action, actor);
  }
}
