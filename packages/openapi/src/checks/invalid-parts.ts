import { type Finding } from '../document/errors.js';
import { pointerTo, pointerTokens } from '../document/json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { pointerOfUse } from '../schema/uses.js';

/** Operations that are named in a finding. */
const MAX_NAMED = 5;

/** Finds the operations that depend on parts of a document that cannot be used. */
export class InvalidParts {
  /** for each pointer that leads to an invalid part or to something that contains one, the part */
  readonly #within = new Map<string, Finding>();
  readonly #dependents = new Map<Finding, string[]>();

  /** @param parts findings with pointers into the document that was read */
  constructor(parts: readonly Finding[]) {
    for (const part of parts) {
      this.#dependents.set(part, []);
      const tokens = pointerTokens(part.pointer);
      for (let length = tokens.length; length > 0; length -= 1) {
        const pointer = pointerTo('', ...tokens.slice(0, length));
        if (!this.#within.has(pointer)) this.#within.set(pointer, part);
      }
    }
  }

  /**
   * Returns whether an operation depends on an invalid part.
   *
   * @param definitions the schemas that it refers to, by their `useKey`
   */
  has(plan: OperationPlan, definitions: Iterable<string>): boolean {
    if (this.#within.size === 0) return false;
    const part = this.#partOf(plan, definitions);
    if (part !== undefined) this.#dependents.get(part)?.push(plan.summary.operationId);
    return part !== undefined;
  }

  /** Returns the findings, with the operations that were left out. */
  findings(): Finding[] {
    return [...this.#dependents].map(([part, operations]) => ({
      ...part,
      message: part.message + consequence(part.pointer, operations),
    }));
  }

  #partOf({ pointer, pathItem, parameters, body }: OperationPlan, definitions: Iterable<string>): Finding | undefined {
    const own = [pointer, pointerTo(pathItem, 'parameters'), pointerTo(pathItem, 'servers')];
    const places = [...own, ...parameters.map((parameter) => parameter.pointer), ...(body ? [body.pointer] : [])];
    for (const place of places) {
      const part = this.#within.get(place);
      if (part !== undefined) return part;
    }
    for (const definition of definitions) {
      const part = this.#within.get(pointerOfUse(definition));
      if (part !== undefined) return part;
    }
    return undefined;
  }
}

/** An operation, or something in it. */
const OPERATION = /^\/paths\/[^/]+\/(?:get|put|post|delete|options|head|patch)(?:\/|$)/;

function consequence(pointer: string, operations: readonly string[]): string {
  if (operations.length === 0 && OPERATION.test(pointer)) return '; the operation is left out';
  if (operations.length === 0) return '; operations that depend on it are left out';
  const more = operations.length > MAX_NAMED ? ` and ${operations.length - MAX_NAMED} more` : '';
  const verb = operations.length === 1 ? 'is' : 'are';
  return `; ${operations.slice(0, MAX_NAMED).join(', ')}${more} ${verb} left out`;
}
