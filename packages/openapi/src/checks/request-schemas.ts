import { type JsonObject, type JsonValue, type Located, stringMember } from '../document/json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { follow } from '../document/references.js';
import { eachObject } from '../document/visit-objects.js';

/**
 * Visits every schema that requests are made of, each once: those of parameters and bodies, and all that they are made of, through
 * references. What answers look like keeps nobody from calling.
 */
export function eachRequestSchema(
  root: JsonObject,
  plans: readonly OperationPlan[],
  visit: (schema: JsonObject, pointer: () => string) => void,
): void {
  const seen = new Set<JsonValue>();
  // A queue and not a recursion: a chain of references may be longer than the stack is deep.
  const queue: Located[] = plans.flatMap(({ parameters, body }) =>
    [...parameters, ...(body === undefined ? [] : [body])].map(({ schema }) => schema),
  );
  for (const place of queue) {
    eachObject(place, 'Schema', (schema, _, pointer) => {
      if (seen.has(schema)) return 'skip';
      seen.add(schema);
      visit(schema, pointer);
      const reference = stringMember(schema, '$ref');
      const target = reference === undefined ? undefined : follow(root, reference, '');
      if (target !== undefined && !('code' in target)) queue.push(target);
    });
  }
}
