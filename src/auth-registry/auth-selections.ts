import { Injectable } from '@nestjs/common';
import { checkInput, CountersignError, HIDDEN, InvalidRequestError, type FieldError } from '../common/index.js';
import { Vault, type SealContext } from '../vault/index.js';
import type {
  ActionAuth,
  ActionServer,
  AuthFields,
  AuthSchemaDefinition,
  CompletedFields,
} from './auth-schema-definition.js';
import { AuthSchemas } from './auth-schemas.js';
import { divide, secretsByField } from './secret-names.js';

/** The columns of an action that hold its authentication schema. */
export type AuthColumns = Pick<ActionAuth, 'authType' | 'authSettings' | 'authSecrets'>;

/** An action before a change. */
export type Before = AuthColumns & Pick<ActionAuth, 'id' | 'tenantId'>;

/** A valid schema with its secrets separated from the settings and sealed. */
export interface AuthSelection extends AuthColumns {
  /** The client kept a stored secret with `[HIDDEN]`, so the destinations must not change. */
  keepsSecrets: boolean;
}

interface SelectionContext {
  before?: Before;
  suggestion?: Record<string, unknown> | null;
  server?: Omit<ActionServer, 'tenantId'>;
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
   * @param context the existing action, if any, the suggestion of its document, and the server for which {@link checkForAction} is done as well
   * @throws {CountersignError} with a pointer for each invalid field; `invalid_request`, or the code of the failed completion
   */
  async select(
    input: unknown,
    at: string,
    action: Pick<ActionAuth, 'tenantId' | 'id'>,
    { before, suggestion, server }: SelectionContext = {},
  ): Promise<AuthSelection> {
    const schema = this.schemas.named((input as AuthFields | null)?.type, `${at}/type`);
    const { fields, found, errors, failure } = await validate(schema, input as AuthFields, action.tenantId, suggestion);
    const { settings, secrets, kept } = divide(schema, fields);
    Object.assign(settings, found);
    if (kept.length > 0) errors.push(...(await this.keep(kept, secrets, schema, before)));
    if (server !== undefined) {
      const { tenantId } = action;
      const more = await schema.checkForAction(fields, { tenantId, ...server });
      // An invalid field counts as absent there.
      const known = new Set(errors.map(({ pointer }) => pointer));
      errors.push(...more.filter(({ pointer }) => !known.has(pointer)));
    }
    if (errors.length === 0) errors.push(...tooLong(settings, secrets));
    refuse(errors, at, failure);
    const hasSecrets = Object.keys(secrets).length > 0;
    const sealed = hasSecrets ? await this.vault.sealJson(authSecretsContext(action), secrets) : null;
    return { authType: schema.type, authSettings: settings, authSecrets: sealed, keepsSecrets: kept.length > 0 };
  }

  /** Checks that the action can use its schema. @param at JSON pointer of the schema in the body. @throws {InvalidRequestError} */
  async checkForAction(action: AuthColumns & ActionServer, at: string): Promise<void> {
    const fields = { type: action.authType, ...action.authSettings };
    refuse(await this.schemas.of(action).checkForAction(fields, action), at);
  }

  /** Returns the known fields of an incomplete schema: completed, not validated, without secrets. */
  async outline(input: AuthFields, tenantId: string, suggestion: Record<string, unknown> | null): Promise<AuthFields> {
    const schema = this.schemas.named(input.type, '/type');
    const { fields } = await complete(schema, schema.clean(input), tenantId, suggestion);
    const known = Object.entries(fields).filter(
      ([name, value]) => !isSecret(schema, name) && value !== undefined && value !== null,
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
    const shown = Object.entries(action.authSettings).filter(([name]) => !schema.learnedSettings.includes(name));
    const settings = Object.fromEntries(shown);
    return { type: schema.type, ...settings, ...secretsByField(hidden), ...schema.derivedFields(action) };
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

  /** Adds the stored secrets of these names to `secrets`, and returns an error for each that is not stored. */
  private async keep(
    names: string[],
    secrets: Record<string, string>,
    schema: AuthSchemaDefinition,
    before?: Before,
  ): Promise<FieldError[]> {
    const stored = before?.authType === schema.type ? await this.secretsOf(before) : {};
    return names.flatMap((name) => {
      const secret = stored[name];
      if (secret === undefined) return [{ pointer: `/${name}`, message: `no ${name} is stored; send it` }];
      secrets[name] = secret;
      return [];
    });
  }

  /** @throws {UnsealError} */
  async secretNames(action: Before): Promise<string[]> {
    return Object.keys(await this.secretsOf(action));
  }

  private async secretsOf({ authSecrets, ...action }: Before): Promise<Record<string, string>> {
    return authSecrets ? this.vault.unsealJson(authSecretsContext(action), authSecrets) : {};
  }
}

/** The valid fields of a client, and the errors of the others; pointers are relative to the schema. */
interface ValidatedFields {
  fields: AuthFields;
  found?: CompletedFields['found'];
  errors: FieldError[];
  /** The reason why the fields could not be completed. */
  failure?: CountersignError;
}

/** Completes and checks the fields of a client. Each check runs whose fields are valid by themselves. */
async function validate(
  schema: AuthSchemaDefinition,
  input: AuthFields,
  tenantId: string,
  suggestion?: Record<string, unknown> | null,
): Promise<ValidatedFields> {
  const cleaned = schema.clean(input);
  const completed = await complete(schema, cleaned, tenantId, suggestion).catch(failureOf);
  const failure = completed instanceof CountersignError ? completed : undefined;
  const { fields: given, found } = completed instanceof CountersignError ? { fields: cleaned } : completed;
  // Again, because how a key is cleaned depends on where it is sent, which the suggestion may tell.
  const { value, errors } = checkInput(schema.input, schema.clean(given));
  const fields = withoutAbsent(value);
  const single = [...(failure?.errors ?? []), ...errors];
  const invalid = new Set(single.map(({ pointer }) => pointer));
  const checks = schema.checks.filter(({ reads }) => reads.every((name) => !invalid.has(`/${name}`)));
  const all = [...single, ...checks.flatMap((check) => check.find(fields))];
  return {
    fields: withoutInvalid(fields, all),
    ...(found && { found }),
    errors: all,
    ...(failure && { failure }),
  };
}

/** Returns a failure that is about fields. Any other is thrown again. */
function failureOf(error: unknown): CountersignError {
  if (error instanceof CountersignError && error.errors.length > 0) return error;
  throw error;
}

function withoutAbsent(fields: AuthFields): AuthFields {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(present) as AuthFields;
}

function withoutInvalid(fields: AuthFields, errors: readonly FieldError[]): AuthFields {
  const valid = Object.entries(fields).filter(([name]) => errors.every(({ pointer }) => pointer !== `/${name}`));
  return Object.fromEntries(valid) as AuthFields;
}

/** Ignores a suggestion for another schema. */
function complete(
  schema: AuthSchemaDefinition,
  input: AuthFields,
  tenantId: string,
  suggestion?: Record<string, unknown> | null,
): Promise<CompletedFields> {
  return schema.complete(input, tenantId, suggestion?.['type'] === schema.type ? suggestion : undefined);
}

function isSecret({ secretFields, secretMaps }: AuthSchemaDefinition, name: string): boolean {
  return secretFields.includes(name) || secretMaps.includes(name);
}

function noneIfBroken(error: unknown): string[] {
  if (error instanceof CountersignError && error.code === 'credential_unavailable') return [];
  throw error;
}

function tooLong(...parts: object[]): FieldError[] {
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), 0);
  return bytes <= MAX_BYTES
    ? []
    : [{ pointer: '', message: `the schema has ${bytes} bytes; at most ${MAX_BYTES} are allowed` }];
}

/**
 * Throws the errors, if there are any.
 *
 * @param at JSON pointer of the schema in the body
 * @param failure decides the code if the fields could not be completed
 */
function refuse(errors: readonly FieldError[], at: string, failure?: CountersignError): void {
  if (errors.length === 0) return;
  const placed = errors.map(({ pointer, message }) => ({ pointer: at + pointer, message }));
  if (failure === undefined || failure.code === 'invalid_request') throw new InvalidRequestError(placed);
  throw new CountersignError(failure.code, failure.message, placed, { cause: failure.cause });
}
