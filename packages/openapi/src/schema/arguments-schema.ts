import { type OpenApiDocument } from '../document/document.js';
import { type JsonObject } from '../document/json.js';
import { type RequestBody } from '../operations/request-body.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { SchemaNormalizer } from './normalize.js';

/**
 * The JSON Schema 2020-12 of an operation's arguments: each parameter under its argument name, the request body under
 * `body`, nothing else. It is what a model sees and what {@link argumentsChecker} checks.
 */
export function argumentsSchema(document: OpenApiDocument, { parameters, body }: OperationPlan): JsonObject {
  const normalizer = new SchemaNormalizer(document.json, document.version, filePlaces(body));
  const parts: Part[] = [...parameters, ...(body === undefined ? [] : [{ argument: 'body', ...body }])];
  const properties = parts.map(({ argument, fullName, schema, description, kind }): [string, JsonObject] => {
    const whole = normalizer.normalize(schema);
    const normalized = kind === 'text' ? textSchema(whole) : whole;
    // What the parameter says about itself is closer to the call than what its schema says.
    const text = description ?? normalized['description'] ?? '';
    const own = fullName === undefined || fullName === argument ? '' : `(name: ${JSON.stringify(fullName)})`;
    const described = `${String(text)} ${own}`.trim();
    if (described !== '') normalized['description'] = described;
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

/** What a parameter and a body have in common. */
type Part = Pick<RequestBody, 'schema' | 'description' | 'required'> & {
  argument: string;
  fullName?: string;
  kind?: RequestBody['kind'];
};

function filePlaces(body: RequestBody | undefined): Set<string> {
  if (body?.kind === 'binary') return new Set([body.schema.pointer]);
  return new Set(body?.files.map(({ pointer }) => pointer));
}

const SCALARS = new Set(['boolean', 'integer', 'number', 'string']);

/** A body of text is given as text, whatever a document says that the text means: XML is described as an object. */
function textSchema(schema: JsonObject): JsonObject {
  const types = [schema['type']].flat();
  if (types.every((type) => SCALARS.has(type as string))) return schema;
  return { type: 'string', ...(typeof schema['description'] === 'string' && { description: schema['description'] }) };
}
