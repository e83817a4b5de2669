import { type JsonObject, type JsonValue, type Located } from '../document/json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { followReference } from '../document/references.js';
import { childAlternatives, unionAlternatives } from '../schema/discriminator/alternatives.js';
import { discriminatorProperty } from '../schema/discriminator/tags.js';
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
    // Operations share many parameters.
    if (seen.has(place.value)) continue;
    visitObjects(place, 'Schema', (schema, _, pointer) => {
      if (seen.has(schema)) return 'skip';
      seen.add(schema);
      visit(schema, pointer);
      const target = followReference(root, schema, '');
      const others = discriminatorProperty(schema) === undefined ? [] : selectable(root, schema, pointer());
      if (target !== undefined && !('code' in target)) queue.push(target);
      queue.push(...others);
    });
  }
}

/** Returns the schemas that a discriminator may select. */
function selectable(root: JsonObject, value: JsonObject, pointer: string): Located[] {
  const alternatives = unionAlternatives(root, value) ?? childAlternatives(root, { value, pointer }) ?? [];
  return alternatives.flatMap(({ target }) => target ?? []);
}
