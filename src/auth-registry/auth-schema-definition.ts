import type { Caller, FieldError } from '../common/index.js';
import type { TenantStore } from '../database/index.js';

/** An authentication schema as a client writes and reads it; `type` names the schema. */
export interface AuthFields {
  type: string;
  [field: string]: unknown;
}

/** The fields of a client after completion. */
export interface CompletedFields {
  fields: AuthFields;
  /** Settings that were discovered. They are stored and shown; clients cannot write them. */
  found?: Record<string, unknown>;
}

/** A check of fields that depend on each other. */
export interface FieldsCheck {
  /** The fields that it depends on. It is skipped if one of them is invalid by itself. */
  readonly reads: readonly string[];
  /** Returns errors with pointers relative to the schema. */
  find(fields: AuthFields): FieldError[];
}

/** Tokens of an end user, as a tenant sends them. */
export interface UserTokens {
  access_token: string;
  refresh_token?: string | null;
  expires_at?: string | null;
  scope?: string | null;
  token_type?: string | null;
}

/** The parts of an action that its authentication schema reads. */
export interface ActionAuth {
  tenantId: string;
  id: string;
  domain: string;
  /** With `{connection.<name>}` for values of connections. */
  serverUrl: string;
  callbackId: string;
  authType: string;
  authSettings: Record<string, unknown>;
  /** The schema's secrets, sealed together. */
  authSecrets: string | null;
}

/** An action whose credentials of end users end, before the change. */
export interface ChangedAction extends ActionAuth {
  gptId: string;
  bindingVersion: number;
}

/** The API that an action calls. */
export interface ActionServer extends Pick<ActionAuth, 'tenantId' | 'domain' | 'serverUrl'> {
  /** Whether the document declares a header parameter of this name. */
  declaresHeader(name: string): Promise<boolean>;
}

/**
 * The definition of an authentication schema: its fields, their validation, its secrets and what ends with it.
 *
 * A definition knows nothing of calls. A `CredentialStrategy` enforces the schema on each call; a `SignInMethod` signs its end users in.
 */
export abstract class AuthSchemaDefinition {
  /** The value of `type` that selects the schema. */
  abstract readonly type: string;
  /** The class of the fields that clients write, with their validation; one property is `type`. */
  abstract readonly input: new () => AuthFields;
  /** The class of the fields that clients read. */
  abstract readonly output: new () => object;
  /** The fields that are sealed and read as `[HIDDEN]`. */
  readonly secretFields: readonly string[] = [];
  /** The `token_type` of imported tokens that have none. */
  readonly userTokenType: string = 'bearer';
  /** The secret fields that are objects of names and secrets; their values read as `[HIDDEN]`. */
  readonly secretMaps: readonly string[] = [];
  /** The settings that the server learns by itself. They are stored until the schema is saved again, and not shown. */
  readonly learnedSettings: readonly string[] = [];
  /** The checks of fields that depend on each other. */
  readonly checks: readonly FieldsCheck[] = [];

  /** Removes from the fields what pasting has added to them. Fields of unexpected types are left as they are. */
  clean(input: AuthFields): AuthFields {
    return input;
  }

  /**
   * Fills in the fields that the client left out and that can be found: from the document's suggestion, from a provider's metadata.
   *
   * @param input the fields as the client wrote them, before validation
   * @param _tenantId the tenant whose share of requests the metadata takes
   * @param _suggestion the fields that the document suggests for this schema
   * @throws {CountersignError} the named metadata could not be found; pointers are relative to the schema
   */
  async complete(
    input: AuthFields,
    _tenantId: string,
    _suggestion?: Record<string, unknown>,
  ): Promise<CompletedFields> {
    return { fields: input };
  }

  /**
   * Returns the reasons why an action cannot use the schema. Called when the schema or the action's server changes.
   *
   * @param _fields the valid fields
   */
  async checkForAction(_fields: AuthFields, { serverUrl }: ActionServer): Promise<FieldError[]> {
    if (!/(?:\{|%7B)connection\./i.test(serverUrl)) return [];
    const message =
      'the server URL of the document uses {connection.…}; only an oauth schema with connection_values has these';
    return [{ pointer: '/type', message }];
  }

  /** Lists where the schema's secrets and tokens are sent besides the action's server. A change requires the secrets again. */
  credentialDestinations(_fields: AuthFields): string[] {
    return [];
  }

  /** Returns the fields that clients read besides the stored ones. */
  derivedFields(_action: ActionAuth): Record<string, unknown> {
    return {};
  }

  /** Tries again what failed with the old fields. Called after a change that ends no credentials. */
  async retryAfterChange(_store: TenantStore, _action: ActionAuth): Promise<void> {
    // A schema that requests no tokens has nothing to try again.
  }

  /**
   * Checks tokens of an end user that the tenant obtained elsewhere, which become the user's connection.
   *
   * @param _settings the stored settings of the schema
   * @returns errors with pointers into the tokens; `undefined` if the schema's end users do not sign in
   */
  checkUserTokens(_settings: Record<string, unknown>, _tokens: UserTokens): FieldError[] | undefined {
    return undefined;
  }

  /** Ends the credentials that end users gave, because the action now has another server, destination or schema. */
  async endUserCredentials(_store: TenantStore, _action: ChangedAction, _actor: Caller): Promise<void> {
    // A schema without end users' credentials has none to end.
  }

  /** Ends the credentials that end users gave in the transaction that deletes the action. `drainUserCredentials` leaves few of them. */
  async deleteUserCredentials(_store: TenantStore, _action: ChangedAction, _actor: Caller): Promise<void> {
    // A schema without end users' credentials has none to end.
  }

  /** Ends the credentials that end users gave before the transaction that deletes the action, with as many transactions as it takes. */
  async drainUserCredentials(_action: ChangedAction, _actor: Caller): Promise<void> {
    // A schema without end users' credentials has none to end.
  }
}
