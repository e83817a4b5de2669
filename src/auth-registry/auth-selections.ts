import { Injectable } from '@nestjs/common';
import { CountersignError, HIDDEN, InvalidRequestError, validated, type FieldError } from '../common/index.js';
import { SealBrokenError, Vault, type Place } from '../vault/index.js';
import type { ActionAuth, AuthFields, AuthSchemaDefinition, CompletedFields } from './auth-schema-definition.js';
import { AuthSchemas } from './auth-schemas.js';

/** The columns of an action that hold its authentication schema. */
export type AuthColumns = Pick<ActionAuth, 'authType' | 'authSettings' | 'authSecrets'>;

/** An action as it was before a change. */
export type Before = AuthColumns & Pick<ActionAuth, 'id' | 'tenantId'>;

/** A schema that a client selected: checked, its secrets taken out of the settings and sealed. */
export interface AuthSelection extends AuthColumns {
  /** Some secret was kept by writing `[HIDDEN]`, so it may go only where it went before. */
  keepsSecrets: boolean;
}

/** Of settings and secrets together: with as long a code as can come back, sealed, they fit the column of a sign-in. */
const MAX_BYTES = 32_000;

/** Where the secrets of an action's schema are sealed to. */
export function secretsPlace({ tenantId, id }: Pick<ActionAuth, 'tenantId' | 'id'>): Place {
  return { tenantId, table: 'actions', rowId: id, column: 'auth_secrets' };
}

/** Turns what clients write about authentication into what is stored, and back. */
@Injectable()
export class AuthSelections {
  constructor(
    private readonly schemas: AuthSchemas,
    private readonly vault: Vault,
  ) {}

  /**
   * @param input the schema as the client wrote it
   * @param at JSON pointer of it within the body
   * @param context the action as it is, where there is one, and what its document suggests
   * @throws {InvalidRequestError} with a pointer for each field that is wrong
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
    const fields = validated(schema.input, completed.fields, at);
    refuse(schema.check(fields), at);
    const { settings, secrets, kept } = divide(schema, fields);
    Object.assign(settings, completed.found);
    if (kept.length > 0) Object.assign(secrets, await this.keep(kept, schema, at, before));
    refuse(tooLong(settings, secrets), at);
    const hasSecrets = Object.keys(secrets).length > 0;
    const sealed = hasSecrets ? await this.vault.sealJson(secretsPlace(action), secrets) : null;
    return { authType: schema.type, authSettings: settings, authSecrets: sealed, keepsSecrets: kept.length > 0 };
  }

  /** @param at JSON pointer of the schema within the body. @throws {InvalidRequestError} the schema may not be this action's */
  async checkForAction(action: AuthColumns & Pick<ActionAuth, 'tenantId' | 'domain'>, at: string): Promise<void> {
    const fields = { type: action.authType, ...action.authSettings };
    refuse(await this.schemas.of(action).checkForAction(fields, action), at);
  }

  /** A schema as far as it is known, for its builder to fill: completed, not checked, and without secrets. */
  async outline(input: AuthFields, suggestion: Record<string, unknown> | null): Promise<AuthFields> {
    const schema = this.schemas.named(input.type, '/type');
    const { fields } = await complete(schema, input, suggestion);
    const known = Object.entries(fields).filter(
      ([name, value]) => !schema.secretFields.includes(name) && value !== undefined && value !== null,
    );
    return { ...Object.fromEntries(known), type: schema.type };
  }

  /**
   * What a client reads: the settings, `[HIDDEN]` for each secret, and what the schema adds. One that does not open reads as
   * absent: there is nothing to keep, and the other actions of a list are shown all the same.
   */
  async view(action: ActionAuth): Promise<AuthFields> {
    const schema = this.schemas.of(action);
    const names = await this.secretNames(action).catch(noneIfBroken);
    const hidden = Object.fromEntries(names.map((name) => [name, HIDDEN]));
    return { type: schema.type, ...action.authSettings, ...hidden, ...schema.derivedFields(action) };
  }

  /** Whether secrets or tokens would go elsewhere than before. */
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
      missing.map((name) => ({ pointer: `/${name}`, message: `there is no stored ${name} to keep; give it` })),
      at,
    );
    return Object.fromEntries(names.map((name) => [name, stored[name] as string]));
  }

  /** @throws {CountersignError} `credential_unavailable` */
  async secretNames(action: Before): Promise<string[]> {
    return Object.keys(await this.secretsOf(action));
  }

  private async secretsOf({ authSecrets, ...action }: Before): Promise<Record<string, string>> {
    if (!authSecrets) return {};
    try {
      return await this.vault.openJson(secretsPlace(action), authSecrets);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      throw new CountersignError('credential_unavailable', "the action's secrets do not open", [], { cause: error });
    }
  }
}

/** A suggestion for another schema says nothing of this one. */
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
    : [{ pointer: '', message: `the schema has ${bytes} bytes; it may have at most ${MAX_BYTES}` }];
}

/** The schema knows its own fields, not where they stand in the body. */
function rethrowAt(error: unknown, at: string): never {
  if (!(error instanceof CountersignError) || error.errors.length === 0) throw error;
  const errors = error.errors.map(({ pointer, message }) => ({ pointer: at + pointer, message }));
  throw new CountersignError(error.code, error.message, errors, { cause: error.cause });
}

function refuse(errors: FieldError[], at: string): void {
  if (errors.length === 0) return;
  throw new InvalidRequestError(errors.map(({ pointer, message }) => ({ pointer: at + pointer, message })));
}
