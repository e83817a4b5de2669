import { Injectable } from '@nestjs/common';
import { CountersignError, HIDDEN, InvalidRequestError, validateInput, type FieldError } from '../common/index.js';
import { Vault, type SealContext } from '../vault/index.js';
import type { ActionAuth, AuthFields, AuthSchemaDefinition, CompletedFields } from './auth-schema-definition.js';
import { AuthSchemas } from './auth-schemas.js';

/** The columns of an action that hold its authentication schema. */
export type AuthColumns = Pick<ActionAuth, 'authType' | 'authSettings' | 'authSecrets'>;

/** An action before a change. */
export type Before = AuthColumns & Pick<ActionAuth, 'id' | 'tenantId'>;

/** A validateInput schema with its secrets separated from the settings and sealed. */
export interface AuthSelection extends AuthColumns {
  /** The client kept a stored secret with `[HIDDEN]`, so the destinations must not change. */
  keepsSecrets: boolean;
}

/** Limit of settings and secrets together. Sealed with the longest authorization code, they fit the column of a sign-in. */
const MAX_BYTES = 32_000;

/** Returns the seal context of an action's authentication secrets. */
export function authSecretsContext({ tenantId, id }: Pick<ActionAuth, 'tenantId' | 'id'>): SealContext {
  return { tenantId, table: 'actions', rowId: id, column: 'auth_secrets' };
}

/** Converts authentication schemas between requests, storage and responses. */
@Injectable()
export class AuthSelections {
  constructor(
    private readonly schemas: AuthSchemas,
    private readonly vault: Vault,
  ) {}

  /**
   * Validates a schema and seals its secrets.
   *
   * @param input the schema in the request
   * @param at JSON pointer of the schema in the body
   * @param context the existing action, if any, and the suggestion of its document
   * @throws {InvalidRequestError} with a pointer for each invalid field
   */
  async select(
    input: unknown,
    at: string,
    action: Pick<ActionAuth, 'tenantId' | 'id'>,
    { before, suggestion }: { before?: Before; suggestion?: Record<string, unknown> | null } = {},
  ): Promise<AuthSelection> {
    const schema = this.schemas.named((input as AuthFields | null)?.type, `${at}/type`);
    const completed = await complete(schema, input as AuthFields, suggestion).catch((error: unknown) =>
      rethrowAt(error, at),
    );
    const fields = validateInput(schema.input, completed.fields, at);
    refuse(schema.check(fields), at);
    const { settings, secrets, kept } = divide(schema, fields);
    Object.assign(settings, completed.found);
    if (kept.length > 0) Object.assign(secrets, await this.keep(kept, schema, at, before));
    refuse(tooLong(settings, secrets), at);
    const hasSecrets = Object.keys(secrets).length > 0;
    const sealed = hasSecrets ? await this.vault.sealJson(authSecretsContext(action), secrets) : null;
    return { authType: schema.type, authSettings: settings, authSecrets: sealed, keepsSecrets: kept.length > 0 };
  }

  /** Checks that the action can use its schema. @param at JSON pointer of the schema in the body. @throws {InvalidRequestError} */
  async checkForAction(action: AuthColumns & Pick<ActionAuth, 'tenantId' | 'domain'>, at: string): Promise<void> {
    const fields = { type: action.authType, ...action.authSettings };
    refuse(await this.schemas.of(action).checkForAction(fields, action), at);
  }

  /** Returns the known fields of an incomplete schema: completed, not validateInput, without secrets. */
  async outline(input: AuthFields, suggestion: Record<string, unknown> | null): Promise<AuthFields> {
    const schema = this.schemas.named(input.type, '/type');
    const { fields } = await complete(schema, input, suggestion);
    const known = Object.entries(fields).filter(
      ([name, value]) => !schema.secretFields.includes(name) && value !== undefined && value !== null,
    );
    return { ...Object.fromEntries(known), type: schema.type };
  }

  /**
   * Returns the fields for a response: the settings, `[HIDDEN]` for each secret, and the fields that the schema adds. Secrets that cannot be
   * decrypted count as absent, so that one action does not break a list.
   */
  async view(action: ActionAuth): Promise<AuthFields> {
    const schema = this.schemas.of(action);
    const names = await this.secretNames(action).catch(noneIfBroken);
    const hidden = Object.fromEntries(names.map((name) => [name, HIDDEN]));
    return { type: schema.type, ...action.authSettings, ...hidden, ...schema.derivedFields(action) };
  }

  /** Tells whether a change sends secrets or tokens to another destination. */
  rebinds(before: AuthColumns, after: AuthColumns): boolean {
    if (before.authType !== after.authType) return true;
    const schema = this.schemas.of(after);
    const [old, now] = [before, after].map(({ authSettings }) =>
      schema.credentialDestinations({ type: schema.type, ...authSettings }).join('\n'),
    );
    return old !== now;
  }

  private async keep(
    names: string[],
    schema: AuthSchemaDefinition,
    at: string,
    before?: Before,
  ): Promise<Record<string, string>> {
    const stored = before?.authType === schema.type ? await this.secretsOf(before) : {};
    const missing = names.filter((name) => !(name in stored));
    refuse(
      missing.map((name) => ({ pointer: `/${name}`, message: `no ${name} is stored; send it` })),
      at,
    );
    return Object.fromEntries(names.map((name) => [name, stored[name] as string]));
  }

  /** @throws {UnsealError} */
  async secretNames(action: Before): Promise<string[]> {
    return Object.keys(await this.secretsOf(action));
  }

  private async secretsOf({ authSecrets, ...action }: Before): Promise<Record<string, string>> {
    return authSecrets ? this.vault.unsealJson(authSecretsContext(action), authSecrets) : {};
  }
}

/** Ignores a suggestion for another schema. */
function complete(
  schema: AuthSchemaDefinition,
  input: AuthFields,
  suggestion?: Record<string, unknown> | null,
): Promise<CompletedFields> {
  return schema.complete(input, suggestion?.['type'] === schema.type ? suggestion : undefined);
}

function noneIfBroken(error: unknown): string[] {
  if (error instanceof CountersignError && error.code === 'credential_unavailable') return [];
  throw error;
}

function divide(schema: AuthSchemaDefinition, fields: AuthFields) {
  const settings: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  const kept: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'type' || value === undefined || value === null) continue;
    if (!schema.secretFields.includes(name)) settings[name] = value;
    else if (value === HIDDEN) kept.push(name);
    else secrets[name] = value as string;
  }
  return { settings, secrets, kept };
}

function tooLong(...parts: object[]): FieldError[] {
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0);
  return bytes <= MAX_BYTES
    ? []
    : [{ pointer: '', message: `the schema has ${bytes} bytes; at most ${MAX_BYTES} are allowed` }];
}

/** Converts pointers relative to the schema to pointers into the body. */
function rethrowAt(error: unknown, at: string): never {
  if (!(error instanceof CountersignError) || error.errors.length === 0) throw error;
  const errors = error.errors.map(({ pointer, message }) => ({ pointer: at + pointer, message }));
  throw new CountersignError(error.code, error.message, errors, { cause: error.cause });
}

function refuse(errors: FieldError[], at: string): void {
  if (errors.length === 0) return;
  throw new InvalidRequestError(errors.map(({ pointer, message }) => ({ pointer: at + pointer, message })));
}
