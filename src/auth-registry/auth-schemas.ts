import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../common/index.js';
import type { ActionAuth, AuthSchemaDefinition } from './auth-schema-definition.js';

/** The registered authentication schemas. */
@Injectable()
export class AuthSchemas {
  private readonly byType = new Map<string, AuthSchemaDefinition>();

  /** @throws {Error} the type is already registered */
  register(schema: AuthSchemaDefinition): void {
    if (this.byType.has(schema.type)) throw new Error(`the authentication schema ${schema.type} is already registered`);
    this.byType.set(schema.type, schema);
  }

  /**
   * Returns the schema that a client named.
   *
   * @param at JSON pointer of the name in the request
   * @throws {InvalidRequestError} no schema of that type is registered
   */
  named(type: unknown, at: string): AuthSchemaDefinition {
    const schema = typeof type === 'string' ? this.byType.get(type) : undefined;
    if (!schema) throw InvalidRequestError.at(at, `type must be one of ${[...this.byType.keys()].join(', ')}`);
    return schema;
  }

  /** Returns the schema that a stored action selected. */
  of({ authType }: Pick<ActionAuth, 'authType'>): AuthSchemaDefinition {
    const schema = this.byType.get(authType);
    if (!schema) throw new Error(`the authentication schema ${authType} of an action is not registered`);
    return schema;
  }

  all(): AuthSchemaDefinition[] {
    return [...this.byType.values()];
  }
}
