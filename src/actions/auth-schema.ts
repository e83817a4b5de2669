import { Injectable } from '@nestjs/common';
import { InvalidRequestError, type Caller, type FieldError } from '../common/index.js';
import type { TenantStore } from '../database/index.js';
import type { Action } from './action.entity.js';

export { HIDDEN } from '../common/index.js';

/** An authentication schema as a client writes and reads it; `type` says which. */
export interface AuthFields {
  type: string;
  [field: string]: unknown;
}

/** What a client wrote, completed. */
export interface CompletedFields {
  fields: AuthFields;
  /** Settings that were found out. They are stored and shown, and not a client's to write. */
  found?: Record<string, unknown>;
}

/**
 * One way in which the calls of an action are authenticated. A new schema is a new class in a folder of its own, registered with
 * `AuthSchemas`; nothing else asks which schemas there are.
 */
export interface AuthSchema {
  readonly type: string;
  /** What a client writes, with its validation: one property a field, `type` among them. */
  readonly input: new () => AuthFields;
  /** What a client reads. */
  readonly output: new () => object;
  /** The fields that are sealed, and read `[HIDDEN]`. */
  readonly secretFields: readonly string[];
  /**
   * Fills what the client left out and can be found out: from the document's own suggestion, from a provider's metadata.
   *
   * @param input the fields as the client wrote them, not checked yet
   * @param suggestion what the document says of this schema, where it says something
   * @returns the fields to be checked, and settings that no client writes
   * @throws {CountersignError} what it names could not be found; pointers are relative to the schema
   */
  complete(input: AuthFields, suggestion?: Record<string, unknown>): Promise<CompletedFields>;
  /** What is wrong with fields that depend on each other; pointers are relative to the schema. */
  check(fields: AuthFields): FieldError[];
  /** Why the schema may not be that of this action, if so; asked of fields that are right, when they or the domain change. */
  admit(fields: AuthFields, action: Pick<Action, 'tenantId' | 'domain'>): Promise<FieldError[]>;
  /** Where its secrets and tokens go, apart from the action's server. When that changes, they have to be given again. */
  endpoints(fields: AuthFields): string[];
  /** What a client reads beside the stored fields. */
  extraFields(action: Action): Record<string, unknown>;
  /** The action has been bound to another server or endpoint, or to another schema: what users gave for the old one ends. */
  unbind(store: TenantStore, action: Action, actor: Caller): Promise<void>;
}

/** The schemas that an action can select. */
@Injectable()
export class AuthSchemas {
  private readonly byType = new Map<string, AuthSchema>();

  register(schema: AuthSchema): void {
    if (this.byType.has(schema.type)) throw new Error(`two authentication schemas are called ${schema.type}`);
    this.byType.set(schema.type, schema);
  }

  /** @throws {InvalidRequestError} there is no such schema; `at` is where the client named it */
  named(type: unknown, at: string): AuthSchema {
    const schema = typeof type === 'string' ? this.byType.get(type) : undefined;
    if (!schema) throw InvalidRequestError.at(at, `type must be one of ${[...this.byType.keys()].join(', ')}`);
    return schema;
  }

  /** The schema that a stored action has selected. */
  of(action: Pick<Action, 'authType'>): AuthSchema {
    const schema = this.byType.get(action.authType);
    if (!schema) throw new Error(`an action has the authentication schema ${action.authType}, which is not registered`);
    return schema;
  }

  all(): AuthSchema[] {
    return [...this.byType.values()];
  }
}
