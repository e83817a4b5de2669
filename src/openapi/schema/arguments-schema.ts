import { type OpenApiDocument } from '../document.js';
import { type JsonObject } from '../json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { SchemaNormalizer } from './normalize.js';

/**
 * The JSON Schema 2020-12 of an operation's arguments: each parameter under its argument name, the request body under
 * `body`, nothing else. It is what a model sees and what {@link argumentsChecker} checks.
 */
export function argumentsSchema(document: OpenApiDocument, { parameters, body }: OperationPlan): JsonObject {
  const normalizer = new SchemaNormalizer(document.json, document.version);
  const parts = [...parameters, ...(body === undefined ? [] : [{ argument: 'body', ...body }])];
  const properties = parts.map(({ argument, schema, description }): [string, JsonObject] => {
    const normalized = normalizer.normalize(schema);
    // What the parameter says about itself is closer to the call than what its schema says.
    if (description !== undefined) normalized['description'] = description;
    return [argument, normalized];
  });
  const definitions = normalizer.definitions();
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: parts.filter(({ required }) => required).map(({ argument }) => argument),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  };
}
