import { type OpenApiDocument } from '../document/document.js';
import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  member,
  objectMember,
  stringMember,
} from '../document/json.js';
import { resolve } from '../document/references.js';
import { isXml } from '../operations/media-types.js';
import { type RequestBody } from '../operations/request-body.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { type Parameter } from '../operations/parameters.js';
import { MAX_EXPANDED_CHARACTERS, MAX_EXPANDED_DEFINITIONS, hasFamilies } from './discriminator/families.js';
import { definitionOf } from './argument-schemas.js';
import { SchemaNormalizer } from './normalize.js';
import { type Expansion, wholeUse } from './uses.js';
import { presetValue } from './preset-value.js';
import { xmlExample } from './xml-example.js';

/**
 * Returns the JSON Schema 2020-12 of an operation's arguments: each parameter under its argument name, and the request body under `body`.
 * Models see this schema, and calls are checked against it.
 */
export function argumentsSchema(document: OpenApiDocument, plan: OperationPlan): JsonObject {
  const expanded = hasFamilies(document.json) ? write(document, plan, 'children', MAX_EXPANDED_DEFINITIONS) : undefined;
  const isSmall = expanded !== undefined && JSON.stringify(expanded).length <= MAX_EXPANDED_CHARACTERS;
  return (isSmall ? expanded : write(document, plan, 'none', Infinity)) ?? {};
}

/** @returns `undefined` if there are more definitions than `max` */
function write(
  document: OpenApiDocument,
  { parameters, body }: OperationPlan,
  expansion: Expansion,
  max: number,
): JsonObject | undefined {
  const normalizer = new SchemaNormalizer(document, expansion, filePlaces(body));
  if (body?.isWhole) return wholeBody(normalizer, body, max);
  const parts: Part[] = [...parameters, ...(body === undefined ? [] : [{ argument: 'body', ...body }])];
  const properties = parts.map((part): [string, JsonObject] => {
    const normalized = textSchema(document, part) ?? normalizer.normalize(wholeUse(part.schema));
    const described = descriptionOf(document, part, normalized['description']);
    if (described !== '') normalized['description'] = described;
    return [part.argument, normalized];
  });
  const definitions = normalizer.definitions(max);
  if (definitions === undefined) return undefined;
  const schema: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: parts.filter(({ required }) => required).map(({ argument }) => argument),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  };
  return withPresetValues(schema, parameters);
}

/** Returns the schema of a body that is the arguments: always that of an object. */
function wholeBody(normalizer: SchemaNormalizer, { schema }: RequestBody, max: number): JsonObject | undefined {
  const own = normalizer.normalize(wholeUse(schema));
  const $defs = normalizer.definitions(max);
  if ($defs === undefined) return undefined;
  // A schema that refers to itself is a definition.
  const { $ref, ...siblings } = own;
  const defined = $ref === undefined ? undefined : definitionOf({ $defs }, own);
  const root = { ...(isObject(defined) && defined), ...siblings, type: 'object' };
  return Object.keys($defs).length > 0 ? { ...root, $defs } : root;
}

/** Makes required parameters optional that need not be given, because they have one possible value or a default. */
function withPresetValues(schema: JsonObject, parameters: readonly Parameter[]): JsonObject {
  const optional = new Set<JsonValue>();
  for (const { argument, required, location } of parameters) {
    const property = objectMember(objectMember(schema, 'properties'), argument);
    if (property === undefined || !required) continue;
    const preset = presetValue(schema, property);
    // An empty value cannot be sent in a path.
    if (preset === undefined || (location === 'path' && preset.value === '')) continue;
    property['default'] = preset.value;
    optional.add(argument);
  }
  return { ...schema, required: (listMember(schema, 'required') ?? []).filter((name) => !optional.has(name)) };
}

/** The common fields of a parameter and a body. */
type Part = Pick<RequestBody, 'schema' | 'description' | 'required'> &
  Partial<Pick<RequestBody, 'kind' | 'mediaType' | 'example'>> &
  Partial<Pick<Parameter, 'originalName' | 'spansSegments'>> & { argument: string };

/** Describes an argument. The description of a parameter is more specific than that of its schema. */
function descriptionOf(document: OpenApiDocument, part: Part, ofSchema: JsonValue = ''): string {
  const { argument, originalName, spansSegments, description = String(ofSchema) } = part;
  const notes = [
    ...(originalName === undefined || originalName === argument ? [] : [`(name: ${JSON.stringify(originalName)})`]),
    ...(spansSegments ? ['(slashes separate path segments)'] : []),
  ];
  const xml = isXmlBody(part) ? xmlRemark(document, part) : '';
  return [[description, ...notes].join(' ').trim(), xml].filter((text) => text !== '').join('\n');
}

function isXmlBody({ kind, mediaType = '' }: Part): boolean {
  return kind === 'text' && isXml(mediaType);
}

/** Tells a model that the body is XML, and what it looks like: the schema of a string cannot. */
function xmlRemark({ json }: OpenApiDocument, { schema, example }: Part): string {
  const shown = example?.trimStart().startsWith('<') ? example : xmlExample(json, schema);
  return shown === undefined ? 'An XML document' : `An XML document, for example:\n${shown}`;
}

function filePlaces(body: RequestBody | undefined): Set<string> {
  if (body?.kind === 'binary') return new Set([body.schema.pointer]);
  return new Set(body?.files.map(({ pointer }) => pointer));
}

const SCALARS = new Set(['boolean', 'integer', 'number', 'string']);

/**
 * Returns the schema of a text body whose schema describes the content of the text: a string. XML is always a string.
 *
 * @returns `undefined` if the schema is that of the body itself
 */
function textSchema({ json }: OpenApiDocument, part: Part): JsonObject | undefined {
  if (part.kind !== 'text') return undefined;
  const found = resolve(json, part.schema);
  const schema = 'code' in found ? true : found.value;
  const type = member(schema, 'type') as string;
  const isOwn = isXmlBody(part) ? type === 'string' : SCALARS.has(type) && member(schema, 'nullable') !== true;
  if (isOwn) return undefined;
  const description = stringMember(schema, 'description');
  return { type: 'string', ...(description !== undefined && { description }) };
}
