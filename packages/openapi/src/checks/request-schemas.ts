import { type JsonObject, type JsonValue, type Located, stringMember } from '../document/json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { follow } from '../document/references.js';
import { visitObjects } from '../document/visit-objects.js';

/** Visits each schema of parameters and bodies once, including referenced schemas. Calls do not depend on schemas of responses. */
export function visitRequestSchemas(
  root: JsonObject,
  plans: readonly OperationPlan[],
  visit: (schema: JsonObject, pointer: () => string) => void,
): void {
  const seen = new Set<JsonValue>();
  // A queue instead of recursion, because a chain of references may exceed the stack.
  const queue: Located[] = plans.flatMap(({ parameters, body }) =>
    [...parameters, ...(body === undefined ? [] : [body])].map(({ schema }) => schema),
  );
  for (const place of queue) {
    visitObjects(place, 'Schema', (schema, _, pointer) => {
      if (seen.has(schema)) return 'skip';
      seen.add(schema);
      visit(schema, pointer);
      const reference = stringMember(schema, '$ref');
      const target = reference === undefined ? undefined : follow(root, reference, '');
      if (target !== undefined && !('code' in target)) queue.push(target);
    });
  }
}
