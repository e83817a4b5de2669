import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { type JsonObject, type JsonValue, compileOperation, isObject, trustedDocument } from '../index.js';
import { TOOL_FORMATS, type ToolFormat, type ToolSource, toolDefinition } from './tool-definition.js';

const NAME = { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' };
const TEXT = { type: 'string', minLength: 1 };
const closed = (properties: JsonObject, optional: string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const scalar = (type: string, keywords: JsonObject): JsonObject =>
  closed(
    {
      type: { enum: [type, [type, 'null']] as JsonValue[] },
      description: TEXT,
      enum: { type: 'array', items: { type: [type, 'null'] }, minItems: 1, uniqueItems: true },
      ...keywords,
    },
    ['description', 'enum', ...Object.keys(keywords)],
  );
const NUMBER = { type: 'number' };
const BOUNDS = {
  minimum: NUMBER,
  exclusiveMinimum: NUMBER,
  maximum: NUMBER,
  exclusiveMaximum: NUMBER,
  multipleOf: NUMBER,
};
const COUNT = { type: 'integer', minimum: 0 };
const PARTS = { type: 'object', additionalProperties: { $ref: '#/$defs/part' } };
const OBJECT = {
  type: { const: 'object' },
  description: TEXT,
  properties: PARTS,
  required: { type: 'array', items: { type: 'string' } },
  additionalProperties: { const: false },
};

/** OpenAI's subset ("Structured Outputs", supported schemas), without its limits. */
const STRICT: JsonObject = {
  ...closed({ ...OBJECT, $defs: PARTS }, ['description', '$defs']),
  $defs: {
    part: {
      anyOf: [
        closed({ $ref: { type: 'string', pattern: '^#/\\$defs/[\\w.-]+$' } }),
        closed({ description: TEXT, anyOf: { type: 'array', items: { $ref: '#/$defs/part' }, minItems: 1 } }, [
          'description',
        ]),
        closed(OBJECT, ['description']),
        closed(
          {
            type: { const: 'array' },
            description: TEXT,
            items: { $ref: '#/$defs/part' },
            minItems: COUNT,
            maxItems: COUNT,
          },
          ['description', 'minItems', 'maxItems'],
        ),
        scalar('boolean', {}),
        scalar('integer', BOUNDS),
        scalar('number', BOUNDS),
        scalar('string', {
          pattern: { type: 'string', not: { pattern: '\\(\\?[=!<]' } },
          format: { enum: ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'] },
        }),
        closed({ type: { const: 'null' }, description: TEXT }, ['description']),
      ],
    },
  },
};

const NO_COMBINATION = {
  not: { anyOf: ['oneOf', 'anyOf', 'allOf', 'enum', 'not'].map((name) => ({ required: [name] })) },
};
const ROOT = { type: 'object', properties: { type: { const: 'object' } }, required: ['type'], ...NO_COMBINATION };
const FUNCTION = {
  name: NAME,
  description: { type: 'string', minLength: 1, maxLength: 1024 },
  parameters: ROOT,
  strict: { type: 'boolean' },
};
const BOOLEAN = { type: 'boolean' };

/** Google's `Schema`, for which nothing may stand beside `anyOf`. */
const TYPED = {
  type: { enum: ['string', 'number', 'integer', 'boolean', 'array', 'object'] },
  description: TEXT,
  nullable: BOOLEAN,
  format: { enum: ['date-time', 'float', 'double', 'int32', 'int64'] },
  enum: { type: 'array', items: TEXT, minItems: 1 },
  items: { $ref: '#/$defs/schema' },
  properties: { type: 'object', minProperties: 1, additionalProperties: { $ref: '#/$defs/schema' } },
  required: { type: 'array', items: TEXT },
  minItems: COUNT,
  maxItems: COUNT,
  minimum: NUMBER,
  maximum: NUMBER,
};
const GEMINI_SCHEMA = {
  anyOf: [
    {
      ...closed(TYPED, Object.keys(TYPED).slice(1)),
      if: { properties: { type: { const: 'array' } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { required: ['items'] },
    },
    closed({ anyOf: { type: 'array', items: { $ref: '#/$defs/schema' }, minItems: 2 } }),
  ],
};

/** The documented requirements of each vendor for a tool, or those it enforces with status 400. */
const FORMATS: Record<ToolFormat, JsonObject> = {
  openai: closed({ type: { const: 'function' }, function: closed(FUNCTION) }),
  openai_responses: closed({ type: { const: 'function' }, ...FUNCTION }),
  anthropic: closed({
    name: NAME,
    description: TEXT,
    input_schema: {
      ...ROOT,
      properties: {
        type: { const: 'object' },
        properties: { type: 'object', propertyNames: { pattern: '^[a-zA-Z0-9_.-]{1,64}$' } },
      },
    },
  }),
  gemini: {
    ...closed(
      {
        name: { type: 'string', pattern: '^[a-zA-Z_][\\w.-]{0,63}$' },
        description: TEXT,
        parameters: { $ref: '#/$defs/schema' },
      },
      ['parameters'],
    ),
    $defs: { schema: GEMINI_SCHEMA },
  },
  mcp: closed({
    name: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,128}$' },
    title: TEXT,
    description: TEXT,
    inputSchema: ROOT,
    annotations: closed({
      title: TEXT,
      readOnlyHint: BOOLEAN,
      destructiveHint: BOOLEAN,
      idempotentHint: BOOLEAN,
      openWorldHint: BOOLEAN,
    }),
  }),
};

const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, validateFormats: false });
const metaschemas = new Ajv2020({ strict: false, logger: false });
const isStrict = ajv.compile(STRICT);
const isOfFormat = Object.fromEntries(TOOL_FORMATS.map((format) => [format, ajv.compile(FORMATS[format])]));

/** Lists all objects within a schema, keywords and names alike, with their depth. */
function partsOf(schema: JsonValue, level = 0): { part: JsonObject; level: number }[] {
  if (!isObject(schema)) return [];
  const { properties = {}, $defs = {}, items, anyOf = [], allOf = [], oneOf = [], not, additionalProperties } = schema;
  const parts = [properties, $defs, anyOf, allOf, oneOf].flatMap((value) => Object.values(value as JsonObject));
  const nested = [...parts, items, not, additionalProperties].flatMap((value) => partsOf(value ?? null, level + 1));
  return [{ part: schema, level }, ...nested];
}

/** Checks OpenAI's limits, and the requirements of its subset that a schema cannot express. */
function strictFindings(parameters: JsonObject): string[] {
  const parts = partsOf(parameters);
  const names = parts.flatMap(({ part }) => [part['properties'] ?? {}, part['$defs'] ?? {}].flatMap(Object.keys));
  const properties = parts.flatMap(({ part }) => Object.keys(part['properties'] ?? {}));
  const enums = parts.flatMap(({ part }) => (part['enum'] === undefined ? [] : [part['enum'] as JsonValue[]]));
  const texts = (values: JsonValue[]) => values.filter((value) => typeof value === 'string').join('');
  const faults: [string, boolean][] = [
    ['is not in the subset', !isStrict(parameters)],
    ['has more than 10 levels', parts.some(({ level }) => level > 10)],
    ['has more than 5000 properties', properties.length > 5000],
    ['has more than 1000 enum values', enums.flat().length > 1000],
    ['has more than 120000 characters', names.join('').length + texts(enums.flat()).length > 120_000],
    ['has a long enum', enums.some((values) => values.length > 250 && texts(values).length > 15_000)],
    [
      'has properties that are not required',
      parts.some(({ part }) => String(Object.keys(part['properties'] ?? {})) !== String(part['required'] ?? [])),
    ],
  ];
  return faults.filter(([, isFaulty]) => isFaulty).map(([fault]) => fault);
}

function looseFindings(parameters: JsonObject): string[] {
  const parts = partsOf(parameters).map(({ part }) => part);
  const faults: [string, boolean][] = [
    [
      'has an array without items',
      parts.some(({ type, items }) => [type].flat().includes('array') && !isObject(items)),
    ],
    ['has oneOf', parts.some((part) => 'oneOf' in part)],
    ['looks around', parts.some(({ pattern }) => /\(\?[=!<]/.test(String(pattern)))],
  ];
  return faults.filter(([, isFaulty]) => isFaulty).map(([fault]) => fault);
}

/** Returns the parts of a tool that a vendor would reject. */
function findings(tool: JsonObject, format: ToolFormat): string[] {
  const isFine = isOfFormat[format];
  const wrong = isFine?.(tool)
    ? []
    : (isFine?.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const { description, parameters, strict, input_schema, inputSchema } = {
    ...(tool['function'] as JsonObject),
    ...tool,
  };
  const schema = (parameters ?? input_schema ?? inputSchema) as JsonObject;
  if (/[^\P{C}\n\p{Cf}\p{Co}\p{Cn}]/u.test(String(description))) wrong.push('has control characters');
  if (format === 'gemini') return wrong;
  if (!metaschemas.validateSchema(schema)) wrong.push('is no JSON Schema 2020-12');
  if (parameters === undefined) return wrong;
  return [...wrong, ...(strict === true ? strictFindings(schema) : looseFindings(schema))];
}

function sourceOf(operation: JsonObject, method = 'post', path = '/notes/{id}', schemas: JsonObject = {}): ToolSource {
  const document = trustedDocument({
    openapi: '3.0.3',
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { [path]: { [method]: { operationId: 'op', responses: { 200: { description: 'ok' } }, ...operation } } },
    components: { schemas },
  });
  const compiled = compileOperation(document, 'op');
  if (compiled === undefined) throw new Error('the operation cannot be called');
  return { ...compiled, name: 'op' };
}

const inPath = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const inQuery = (name: string, schema: JsonObject = { type: 'string' }) => ({ name, in: 'query', schema });
const body = (schema: JsonValue) => ({ required: true, content: { 'application/json': { schema } } });

const RENAME = sourceOf({
  summary: 'Rename a note',
  description: 'Its id stays.',
  parameters: [inPath, inQuery('silent', { type: 'boolean', default: false })],
  requestBody: body({ type: 'object', properties: { title: { type: 'string', maxLength: 80 } }, required: ['title'] }),
});

const STRICT_RENAME = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    silent: { type: ['boolean', 'null'], description: '(default: false)' },
    body: {
      type: 'object',
      properties: { title: { type: 'string', description: '(maxLength: 80)' } },
      required: ['title'],
      additionalProperties: false,
    },
  },
  required: ['id', 'silent', 'body'],
  additionalProperties: false,
};

/** Returns the schema within a definition. */
function schemaOf(tool: JsonObject): JsonObject {
  const { parameters, input_schema, inputSchema } = { ...(tool['function'] as JsonObject), ...tool };
  return (parameters ?? input_schema ?? inputSchema) as JsonObject;
}

describe('toolDefinition', () => {
  const description = 'Rename a note\n\nIts id stays.';

  it('returns functions for OpenAI, nested or flat', () => {
    const definition = { name: 'op', description, parameters: STRICT_RENAME, strict: true };
    expect(toolDefinition(RENAME, 'openai')).toEqual({ type: 'function', function: definition });
    expect(toolDefinition(RENAME, 'openai_responses')).toEqual({ type: 'function', ...definition });
  });

  it('uses the arguments schema itself for Anthropic and MCP', () => {
    expect(toolDefinition(RENAME, 'anthropic')).toEqual({
      name: 'op',
      description,
      input_schema: RENAME.argumentsSchema,
    });
    expect(toolDefinition(RENAME, 'mcp')).toEqual({
      name: 'op',
      title: 'Rename a note',
      description,
      inputSchema: RENAME.argumentsSchema,
      annotations: {
        title: 'Rename a note',
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: true,
      },
    });
    expect(schemaOf(toolDefinition(RENAME, 'mcp'))).toBe(RENAME.argumentsSchema);
  });

  it('marks a tool as not strict if strict mode would lose calls', () => {
    const source = sourceOf({ parameters: [inPath], requestBody: body({ type: 'object' }) });
    const definition = {
      name: 'op',
      description: 'POST /notes/{id}',
      parameters: source.argumentsSchema,
      strict: false,
    };
    expect(toolDefinition(source, 'openai_responses')).toEqual({ type: 'function', ...definition });
    expect(schemaOf(toolDefinition(source, 'openai'))).toBe(source.argumentsSchema);
  });

  it("truncates descriptions to OpenAI's limit", () => {
    const long = sourceOf({ description: 'A sentence. '.repeat(200) }, 'get', '/notes');
    const { description: cut } = toolDefinition(long, 'openai_responses');
    expect(cut).toBe(`${'A sentence. '.repeat(85)}…`);
    expect(toolDefinition(long, 'anthropic')['description']).toBe('A sentence. '.repeat(200).trim());
  });

  it.each(TOOL_FORMATS)('keeps arguments with the same name in two locations apart for %s', (format) => {
    const source = sourceOf({ parameters: [inPath, inQuery('id')] });
    expect(Object.keys(schemaOf(toolDefinition(source, format))['properties'] ?? {})).toEqual(['path_id', 'query_id']);
  });

  it.each(TOOL_FORMATS)('uses portable names for arguments: %s', (format) => {
    const names = [{ ...inQuery('filter[name]'), description: 'Which', required: true }, inQuery('$top')];
    const source = sourceOf({ parameters: [inPath, ...names] });
    const { properties, required } = schemaOf(toolDefinition(source, format));
    expect(Object.keys(properties ?? {})).toEqual(['id', 'filter_name', 'top']);
    expect(required).toEqual(expect.arrayContaining(['id', 'filter_name']));
    expect(properties).toMatchObject({ filter_name: { description: 'Which (name: "filter[name]")' } });
    expect(properties).toMatchObject({ top: { description: '(name: "$top")' } });
  });

  it('moves unsupported patterns to the description', () => {
    const patterns = ['^a+$', '^(?!a)', '^\\p{L}$', '[\\w-.]'];
    const source = sourceOf({ parameters: [inPath], requestBody: body({}) });
    const properties = Object.fromEntries(patterns.map((pattern) => [pattern, { type: 'string', pattern }]));
    const argumentsSchema = {
      ...source.argumentsSchema,
      properties: { body: { type: 'object', properties, not: {} } },
    };
    const keptBy = (format: ToolFormat) => {
      const { properties: written } = schemaOf(toolDefinition({ ...source, argumentsSchema }, format));
      const all = Object.values(((written as JsonObject)['body'] as JsonObject)['properties'] ?? {}) as JsonObject[];
      return all.map(({ pattern, description }) => pattern ?? description);
    };
    expect(keptBy('openai')).toEqual([
      '^a+$',
      ...patterns.slice(1).map((pattern) => `(pattern: ${JSON.stringify(pattern)})`),
    ]);
    expect(keptBy('mcp')).toEqual([...patterns.slice(0, 3), '(pattern: "[\\\\w-.]")']);
  });

  it('gives OpenAI items for every array and anyOf for oneOf', () => {
    const source = sourceOf({
      requestBody: body({ oneOf: [{ type: 'array' }, { type: 'object' }] }),
      parameters: [inPath],
    });
    expect(schemaOf(toolDefinition(source, 'openai'))['properties']).toEqual({
      id: { type: 'string' },
      body: { anyOf: [{ type: 'array', items: {} }, { type: 'object' }] },
    });
  });

  it('drops keywords that would allow less once their subschemas allow more', () => {
    const looking = { type: 'string', pattern: '^(?=a)' };
    const odd = { type: 'string', pattern: '[\\w-.]' };
    const argumentsSchema = (schema: JsonObject) => ({ ...RENAME.argumentsSchema, properties: { body: schema } });
    const written = (schema: JsonObject, format: ToolFormat) =>
      schemaOf(toolDefinition({ ...RENAME, argumentsSchema: argumentsSchema(schema) }, format))['properties'];
    expect(written({ not: looking }, 'openai')).toEqual({ body: {} });
    expect(written({ not: looking }, 'anthropic')).toEqual({ body: { not: looking } });
    expect(written({ if: looking, else: { minLength: 1 } }, 'openai')).toEqual({ body: { else: { minLength: 1 } } });
    expect(written({ oneOf: [odd, {}] }, 'anthropic')).toEqual({
      body: { anyOf: [{ type: 'string', description: '(pattern: "[\\\\w-.]")' }, {}] },
    });
  });

  it('allows additional properties if their pattern is not supported', () => {
    const closed = { type: 'object', patternProperties: { '^(?=a)': {} }, additionalProperties: false };
    const argumentsSchema = { type: 'object', properties: { body: closed }, required: [], additionalProperties: false };
    const written = (format: ToolFormat) =>
      schemaOf(toolDefinition({ ...RENAME, argumentsSchema }, format))['properties'];
    expect(written('openai')).toEqual({ body: { type: 'object' } });
    expect(written('anthropic')).toEqual({ body: closed });
  });

  it.each(TOOL_FORMATS)('serializes however long a chain of references is: %s', (format) => {
    const schemas = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `S${index}`,
        { type: 'object', properties: { next: { $ref: `#/components/schemas/S${index + 1}` } } },
      ]),
    );
    const source = sourceOf(
      { parameters: [inPath], requestBody: body({ $ref: '#/components/schemas/S0' }) },
      'post',
      '/{id}',
      schemas,
    );
    const tool = toolDefinition(source, format);
    expect(findings(tool, format)).toEqual([]);
    expect(JSON.stringify(tool).match(/"next":/g)?.length).toBe(format === 'gemini' ? 16 : 500);
  });
});

describe('the vendor rules', () => {
  const properties = { a: { type: 'string' } };
  const closedRoot = { type: 'object', properties, required: ['a'], additionalProperties: false };
  const openAi = (parameters: JsonObject, strict: boolean) =>
    findings({ type: 'function', name: 'op', description: 'd', parameters, strict }, 'openai_responses');

  it('reject invalid tools', () => {
    expect(findings({ name: 'a b', description: 'd', input_schema: closedRoot }, 'anthropic')).toHaveLength(1);
    expect(
      findings({ name: 'a', description: 'd', input_schema: { ...closedRoot, anyOf: [] } }, 'anthropic'),
    ).not.toEqual([]);
    expect(findings({ name: 'a', description: 'd\u0000', input_schema: closedRoot }, 'anthropic')).toEqual([
      'has control characters',
    ]);
    expect(openAi(closedRoot, true)).toEqual([]);
    expect(openAi({ ...closedRoot, required: [] }, true)).toEqual(['has properties that are not required']);
    expect(openAi({ ...closedRoot, additionalProperties: true }, true)).toEqual(['is not in the subset']);
    expect(openAi({ ...closedRoot, properties: { a: { type: 'array' } } }, false)).toEqual([
      'has an array without items',
    ]);
    expect(openAi({ ...closedRoot, properties: { a: { type: 'text' } } }, false)).toEqual([
      'is no JSON Schema 2020-12',
    ]);
  });

  const JSON_VALUE = fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<JsonValue>;
  const NAME_OF_PROPERTY = fc.constantFrom(
    'a',
    'b-c',
    '$filter',
    'x[y]',
    'ü',
    '__proto__',
    'constructor',
    'n'.repeat(70),
  );
  const PATTERN = fc.constantFrom('^a$', '(?<!a)b', '\\p{L}', '[\\w-.]', '(', '\\bword\\b');
  const SCHEMA = fc.letrec<{ schema: JsonValue }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3 },
      fc.record(
        { type: fc.constantFrom('string', 'integer'), pattern: PATTERN, description: fc.string() },
        { requiredKeys: ['type'] },
      ),
      fc.record({ enum: fc.array(JSON_VALUE, { minLength: 1, maxLength: 3 }) }),
      fc.constantFrom<JsonValue>(
        { $ref: '#/components/schemas/Shared' },
        {},
        { type: 'array' },
        { type: 'object', nullable: true },
      ),
      fc.record(
        {
          type: fc.constantFrom('object', ['object', 'null'], ['string', 'array']),
          properties: fc.dictionary(NAME_OF_PROPERTY, tie('schema'), { maxKeys: 3 }),
          required: fc.array(NAME_OF_PROPERTY, { maxLength: 2 }),
          additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        },
        { requiredKeys: ['properties'] },
      ),
      fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }, { requiredKeys: ['type'] }),
      ...['allOf', 'anyOf', 'oneOf'].map((keyword) =>
        fc.record({ [keyword]: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), description: fc.string() }),
      ),
      fc.record({ not: tie('schema'), nullable: fc.boolean(), default: JSON_VALUE }),
    ),
  })).schema;
  const PARAMETERS = fc.uniqueArray(fc.tuple(NAME_OF_PROPERTY, SCHEMA, fc.boolean()), {
    selector: ([name]) => name,
    maxLength: 3,
  });
  const OPERATION = fc.record({
    summary: fc.string({ unit: 'binary', maxLength: 300 }),
    description: fc.string({ unit: 'binary', maxLength: 3000 }),
    parameters: PARAMETERS.map((all) => [
      ...all.map(([name, schema, required]) => ({ name, in: 'query', style: 'deepObject', schema, required })),
      inPath,
    ]),
    requestBody: SCHEMA.map(body),
  });

  it.each(TOOL_FORMATS)('accept the tool of any operation as %s', (format) => {
    fc.assert(
      fc.property(OPERATION, fc.constantFrom('put', 'post', 'delete', 'patch'), SCHEMA, (operation, method, Shared) => {
        const source = sourceOf(operation as JsonObject, method, '/notes/{id}', { Shared });
        const before = JSON.stringify(source.argumentsSchema);
        expect(findings(toolDefinition(source, format), format)).toEqual([]);
        expect(JSON.stringify(source.argumentsSchema)).toBe(before);
      }),
      { numRuns: 150 },
    );
  });
});
