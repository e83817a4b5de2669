import { type OpenApiDocument } from '../document/document.js';
import { type JsonObject } from '../document/json.js';
import { type RequestBody } from '../operations/request-body.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { SchemaNormalizer } from './normalize.js';

/**
 * Returns the JSON Schema 2020-12 of an operation's arguments: each parameter under its argument name, and the request body under `body`.
 * Models see this schema, and calls are checked against it.
 */
export function argumentsSchema(document: OpenApiDocument, { parameters, body }: OperationPlan): JsonObject {
  const normalizer = new SchemaNormalizer(document.json, document.version, filePlaces(body));
  const parts: Part[] = [...parameters, ...(body === undefined ? [] : [{ argument: 'body', ...body }])];
  const properties = parts.map(({ argument, originalName, schema, description, kind }): [string, JsonObject] => {
    const whole = normalizer.normalize(schema);
    const normalized = kind === 'text' ? textSchema(whole) : whole;
    // The description of a parameter is more specific than that of its schema.
    const text = description ?? normalized['description'] ?? '';
    const own =
      originalName === undefined || originalName === argument ? '' : `(name: ${JSON.stringify(originalName)})`;
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

/** The common fields of a parameter and a body. */
type Part = Pick<RequestBody, 'schema' | 'description' | 'required'> & {
  argument: string;
  originalName?: string;
  kind?: RequestBody['kind'];
};

function filePlaces(body: RequestBody | undefined): Set<string> {
  if (body?.kind === 'binary') return new Set([body.schema.pointer]);
  return new Set(body?.files.map(({ pointer }) => pointer));
}

const SCALARS = new Set(['boolean', 'integer', 'number', 'string']);

/** A text body is a string, also if the document describes the content of the text, as for XML. */
function textSchema(schema: JsonObject): JsonObject {
  const types = [schema['type']].flat();
  if (types.every((type) => SCALARS.has(type as string))) return schema;
  return { type: 'string', ...(typeof schema['description'] === 'string' && { description: schema['description'] }) };
}
