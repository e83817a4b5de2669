import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type DescribeOptions,
  type Finding,
  InvalidDocumentError,
  isObject,
  type JsonObject,
  describeDocument,
  readDocument,
} from '../index.js';

/** The fields of an operation without findings. */
const SOUND = { summary: 'Does it', responses: { 200: { description: 'ok' } } };
const PLAIN_SCHEMA = { type: 'string' };

interface Parts {
  /** members of the operation `op` */
  operation?: JsonObject;
  path?: string;
  method?: string;
  /** members of the document */
  others?: JsonObject;
}

/** Returns a document without findings, except for the given parts. */
function documentOf({ operation = {}, path = '/a', method = 'get', others = {} }: Parts): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://api.example/v1' }],
    paths: {
      '/sound': { get: { operationId: 'sound', ...SOUND } },
      [path]: { [method]: { operationId: 'op', ...SOUND, ...operation } },
    },
    ...others,
  };
}

const withParameter = (parameter: JsonObject, others: JsonObject = {}) =>
  documentOf({ operation: { parameters: [{ in: 'query', schema: PLAIN_SCHEMA, ...parameter }] }, others });
const withSchema = (schema: JsonObject, others: JsonObject = {}) => withParameter({ name: 'q', schema }, others);
const withServer = (url: string, variables: JsonObject = {}) =>
  documentOf({ others: { servers: [{ url, variables }] } });
const withSchemes = (securitySchemes: JsonObject, security: JsonObject[], operation: JsonObject = {}) =>
  documentOf({ operation, others: { components: { securitySchemes }, security } });

const ID = { name: 'id', in: 'path', required: true, schema: PLAIN_SCHEMA };
const KEY = { type: 'apiKey', in: 'header', name: 'X-Key' };
const BEARER = { type: 'http', scheme: 'bearer' };
const OAUTH = {
  type: 'oauth2',
  flows: {
    authorizationCode: {
      authorizationUrl: 'https://a.example/a',
      tokenUrl: 'https://a.example/t',
      scopes: { read: '' },
    },
  },
};
const PARAMETER = '/paths/~1a/get/parameters/0';
const SCHEMA = `${PARAMETER}/schema`;
const LONG = 'x'.repeat(701);
/** Forty schemas, each of which refers to the next below forty levels, and the last to the first. */
const RING = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => {
    const next = `{"$ref":"#/components/schemas/S${(index + 1) % 40}"}`;
    return [`S${index}`, JSON.parse(`${'{"items":'.repeat(40)}${next}${'}'.repeat(40)}`) as JsonObject];
  }),
);

/** An application without cookies, mutual TLS and the implicit flow. */
const OPTIONS: DescribeOptions = {
  reservedHeaders: ['openai-*'],
  isSchemeSupported: ({ type, in: location, flows }) => {
    if (type === 'oauth2') return isObject(flows) && 'authorizationCode' in flows;
    return type === 'http' || type === 'openIdConnect' || (type === 'apiKey' && location !== 'cookie');
  },
};

/** Returns the errors or warnings of a document. */
function findingsOf(source: string | JsonObject): Finding[] {
  try {
    return describeDocument(readDocument(source), OPTIONS).warnings;
  } catch (error) {
    if (error instanceof InvalidDocumentError) return [...error.findings];
    throw error;
  }
}

/** Documents that cause a finding, with its code and pointer; at least one for each code. */
const CAUSES: [code: string, pointer: string, source: string | JsonObject][] = [
  ['empty_document', '', ''],
  ['unreadable', '', '{"openapi": '],
  ['several_documents', '', 'openapi: 3.1.0\n---\nopenapi: 3.1.0'],
  ['html_page', '', '<!doctype html>'],
  ['other_format', '', { asyncapi: '3.0.0' }],
  ['wrapped_document', '/data', { data: documentOf({}) }],
  ['unsupported_version', '/swagger', { swagger: '1.2' }],
  ['converted_document', '/swagger', { ...documentOf({}), openapi: '2.0' }],
  ['unsupported_version', '/openapi', { openapi: '4.0.0' }],
  ['unsupported_version', '', {}],
  ['too_large', '', 'x'.repeat(33 * 1024 * 1024)],
  ['too_deep', '', '['.repeat(101) + ']'.repeat(101)],
  ['too_many_aliases', '', `a: &a 1\nb: [${'*a, '.repeat(10_001)}]`],
  ['invalid_structure', '/paths/~1a', documentOf({ others: { paths: { '/a': 7 } } })],
  ['invalid_structure', '/components/schemas/S', invalidParameter()],
  ['external_reference', SCHEMA, withSchema({ $ref: 'schemas.json#/Note' })],
  [
    'external_reference',
    '/paths/~1a/get/responses/200',
    documentOf({ operation: { responses: { 200: { $ref: 'x' } } } }),
  ],
  ['no_server', '', documentOf({ others: { servers: [] } })],
  ['relative_server', '/servers/0/url', withServer('/v1')],
  ['server_variable_without_default', '/servers/0/variables/region', withServer('https://{region}.example')],
  ['invalid_server', '/servers/0/url', withServer('ftp://api.example')],
  ['duplicate_operation_id', '/paths/~1a/get/operationId', documentOf({ operation: { operationId: 'sound' } })],
  ['no_operations', '/paths', documentOf({ others: { paths: {} } })],
  [
    'no_operations',
    '/paths',
    { openapi: '3.1.0', info: { title: 'T', version: '1' }, webhooks: { a: { post: SOUND } } },
  ],

  ['unsupported_method', '/paths/~1a/trace', documentOf({ method: 'trace' })],
  ['unsupported_method', '/paths/~1a/query', documentOf({ method: 'query', others: { openapi: '3.2.0' } })],
  ['unsupported_path', '/paths/~1a~1..~1b/get', documentOf({ path: '/a/../b' })],
  ['undeclared_path_parameter', '/paths/~1a~1{id}/get', documentOf({ path: '/a/{id}' })],
  ['unused_path_parameter', PARAMETER, withParameter(ID)],
  ['other_host', '/paths/~1a/get/servers', documentOf({ operation: { servers: [{ url: 'https://other.example' }] } })],
  ['unsupported_parameter', PARAMETER, queryString()],
  [
    'unsupported_part_headers',
    '/paths/~1a/post/requestBody/content/multipart~1form-data/encoding/f/headers',
    documentOf({
      method: 'post',
      operation: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: { type: 'object', properties: { f: PLAIN_SCHEMA } },
              encoding: { f: { headers: { 'X-A': { schema: PLAIN_SCHEMA } } } },
            },
          },
        },
      },
    }),
  ],
  [
    'ignored_style',
    '/paths/~1a/post/requestBody/content/multipart~1form-data/encoding/f',
    documentOf({
      method: 'post',
      others: { openapi: '3.0.4' },
      operation: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: { type: 'object', properties: { f: PLAIN_SCHEMA } },
              encoding: { f: { style: 'form' } },
            },
          },
        },
      },
    }),
  ],
  ['unsupported_body', '/paths/~1a/get/requestBody', documentOf({ operation: { requestBody: { content: {} } } })],
  ['schema_too_large', '/paths/~1a/get', withSchema({ ...PLAIN_SCHEMA, description: 'x'.repeat(1_500_000) })],
  [
    'uncompilable_schema',
    '/paths/~1a/get',
    withSchema({ $ref: '#/components/schemas/S0' }, { components: { schemas: RING } }),
  ],
  ['reserved_header', PARAMETER, withParameter({ name: 'X-Forwarded-For', in: 'header' })],
  ['reserved_header', PARAMETER, withParameter({ name: 'OpenAI-Ephemeral-User-Id', in: 'header' })],
  ['unresolved_reference', SCHEMA, withSchema({ $ref: '#/components/schemas/None' })],
  ['unresolved_reference', SCHEMA, withSchema({ $ref: '#none' })],
  ['reference_loop', '/components/schemas/A', withComponents({ A: { $ref: '#/components/schemas/A' } })],
  ['reference_loop', '/components/schemas/A', withComponents({ A: { allOf: [{ $ref: '#/components/schemas/A' }] } })],
  [
    'misplaced_reference',
    SCHEMA,
    withSchema({ $ref: '#/components/headers/H' }, { components: { headers: { H: {} } } }),
  ],
  ['misplaced_reference', SCHEMA, withSchema({ $ref: '#' })],
  ['misplaced_reference', SCHEMA, withSchema({ $ref: '#/info/title' })],
  ['ignored_beside_reference', '/paths/~1b', pathItemReference()],
  ['ignored_beside_reference', SCHEMA, withSchema({ $ref: '#/paths', maxLength: 1 }, { openapi: '3.0.0' })],
  [
    'unresolved_mapping',
    `${SCHEMA}/discriminator`,
    withSchema(
      { discriminator: { propertyName: 'a', mapping: { x: 'A', y: 'https://e.test/B' } } },
      { components: { schemas: { A: {} } } },
    ),
  ],
  [
    'invalid_pattern',
    '/components/schemas/Cat/allOf/1/properties/name/pattern',
    withSchema(
      { $ref: '#/components/schemas/Pet' },
      {
        components: {
          schemas: {
            Pet: { discriminator: { propertyName: 'kind' } },
            Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { name: { pattern: '(' } } }] },
          },
        },
      },
    ),
  ],
  ['dynamic_reference', `${SCHEMA}/$dynamicRef`, withSchema({ $dynamicRef: '#node' })],
  [
    'unresolved_reference',
    '/components/schemas/B/items',
    withSchema(
      { items: { $ref: '#/$defs/x' }, $id: 'a', $defs: { x: {} } },
      { components: { schemas: { B: { $id: 'b', items: { $ref: '#/$defs/x' } } } } },
    ),
  ],
  ['duplicate_key', '/info/title', JSON.stringify(documentOf({})).replace('"title"', '"title":"U","title"')],
  ['duplicate_parameter', '/paths/~1a/get/parameters/1', documentOf({ operation: { parameters: twoHeaders() } })],
  ['streamed_body', '/paths/~1a/post/requestBody', streamedBody()],
  ['path_fragment', '/paths/~1a#b/get', documentOf({ path: '/a#b' })],
  ['path_query', '/paths/~1a?b=1/get', documentOf({ path: '/a?b=1' })],

  ['missing_operation_id', '/paths/~1a/get', documentOf({ operation: { operationId: '' } })],
  ['operation_id_alias', '/paths/~1a/get/operationId', documentOf({ operation: { operationId: 'notes/list' } })],
  ['argument_alias', PARAMETER, withParameter({ name: 'filter[a]' })],

  ['several_servers', '/servers', documentOf({ others: { servers: [{ url: 'https://a.example' }, { url: '/b' }] } })],
  ['templated_server', '/servers/0/url', withServer('https://{r}.example', { r: { default: 'eu' } })],
  ['server_default_not_allowed', '/servers/0/variables/r/default', defaultNotAllowed()],
  ['insecure_server', '/servers/0/url', withServer('http://api.example')],
  ...[
    'localhost',
    'intranet',
    'printer.local',
    '10.0.0.1',
    '127.0.0.1:8080',
    '0x7f.1',
    '[::1]',
    '[::ffff:10.0.0.1]',
  ].map((host): [string, string, JsonObject] => ['local_server', '/servers/0/url', withServer(`https://${host}`)]),
  ['unusual_port', '/servers/0/url', withServer('https://api.example:8443')],
  ['repeated_base_path', '/servers/0/url', documentOf({ others: { paths: { '/v1/a': { get: SOUND } } } })],

  ['same_path', '/paths/~1a~1{b}/get', documentOf({ others: { paths: bothPaths('/a/{id}', '/a/{b}') } })],
  ['same_path', '/paths/~1a~1{*b}/get', documentOf({ others: { paths: bothPaths('/a/{id+}', '/a/{*b}') } })],
  ['ambiguous_path', '/paths/~1{id}~1b/get', documentOf({ others: { paths: bothPaths('/a/{id+}', '/{id}/b') } })],
  ['ambiguous_path', '/paths/~1a~1{id+}/get', documentOf({ others: { paths: bothPaths('/{id}/b/c', '/a/{id+}') } })],
  [
    'ambiguous_path',
    '/paths/~1{id}~1b~1{b+}/get',
    documentOf({ others: { paths: bothPaths('/a/{id+}', '/{id}/b/{b+}') } }),
  ],
  ['ambiguous_path', '/paths/~1{id}~1b/get', documentOf({ others: { paths: bothPaths('/a/{id}', '/{id}/b') } })],
  [
    'repeated_path_variable',
    '/paths/~1a~1{id}~1{id}',
    documentOf({ path: '/a/{id}/{id}', operation: { parameters: [ID] } }),
  ],
  ['too_long', '/paths', documentOf({ path: `/${'a'.repeat(2000)}` })],
  ['unbalanced_path', '/paths/~1a~1{id', documentOf({ path: '/a/{id' })],
  ['colon_path_variable', '/paths/~1a~1:id', documentOf({ path: '/a/:id' })],
  ['many_operations', '/paths', documentOf({ others: { paths: manyPaths(31) } })],
  ['undescribed_operation', '/paths/~1a/get', documentOf({ operation: { summary: ' ' } })],
  ['description_too_long', '/paths/~1a/get/description', documentOf({ operation: { description: LONG.slice(400) } })],
  ['description_too_long', `${PARAMETER}/description`, withParameter({ name: 'q', description: LONG })],
  ['deprecated_operation', '/paths/~1a/get/deprecated', documentOf({ operation: { deprecated: true } })],
  ['unreadable_consequence', '/paths/~1a/get/x-openai-isConsequential', consequential('get', 'true')],
  ['confirmed_get', '/paths/~1a/get/x-openai-isConsequential', consequential('get', true)],
  ['unconfirmed_delete', '/paths/~1a/delete/x-openai-isConsequential', consequential('delete', false)],
  [
    'binary_response',
    '/paths/~1a/get/responses',
    responding({ 200: { description: '', content: { 'image/png': {} } } }),
  ],
  ['no_successful_response', '/paths/~1a/get/responses', responding({ 404: { description: '' } })],

  ['undefined_security_scheme', '/security/0/none', withSchemes({}, [{ none: [] }])],
  [
    'undefined_security_scheme',
    '/paths/~1a/get/security/0/toString',
    withSchemes({}, [], { security: [{ toString: [] }] }),
  ],
  [
    'unsupported_security_scheme',
    '/components/securitySchemes/s',
    withSchemes({ s: { type: 'mutualTLS' } }, [{ s: [] }]),
  ],
  [
    'unsupported_security_scheme',
    '/components/securitySchemes/s',
    withSchemes({ s: { ...KEY, in: 'cookie' } }, [{ s: [] }]),
  ],
  ['unsupported_security_scheme', '/components/securitySchemes/s', withSchemes({ s: implicitFlow() }, [{ s: [] }])],
  [
    'incomplete_security_scheme',
    '/components/securitySchemes/s',
    withSchemes({ s: { type: 'openIdConnect' } }, [{ s: [] }]),
  ],
  ['incomplete_security_scheme', '/components/securitySchemes/s', withSchemes({ s: withoutTokenUrl() }, [{ s: [] }])],
  [
    'several_security_schemes',
    '/components/securitySchemes',
    withSchemes({ b: BEARER, k: KEY }, [{ b: [] }], { security: [{ k: [] }] }),
  ],
  ['combined_security_schemes', '/security/0', withSchemes({ b: BEARER, k: KEY }, [{ b: [], k: [] }])],
  [
    'insecure_sign_in',
    '/components/securitySchemes/s/flows/authorizationCode/tokenUrl',
    withSchemes({ s: insecureToken() }, [{ s: [] }]),
  ],
  ['undeclared_scope', '/security/0/s', withSchemes({ s: OAUTH }, [{ s: ['write'] }])],
  [
    'credential_parameter',
    PARAMETER,
    withParameter({ name: 'x-key', in: 'header' }, { components: { securitySchemes: { k: KEY } } }),
  ],
  ['credential_like_parameter', `${PARAMETER}/name`, withParameter({ name: 'api_key' })],
  ['credential_like_parameter', `${PARAMETER}/name`, withParameter({ name: 'Authorization', in: 'header' })],

  ['optional_path_parameter', '/paths/~1a~1{id}/get/parameters/0', optionalPathParameter()],
  ['unknown_type', `${SCHEMA}/type`, withSchema({ type: 'any' })],
  ['type_synonym', `${SCHEMA}/type`, withSchema({ type: 'int' })],
  ['empty_value', `${SCHEMA}/properties`, withSchema({ type: 'object', properties: [] })],
  ['wrong_scalar', `${PARAMETER}/required`, withParameter({ name: 'q', schema: PLAIN_SCHEMA, required: 'true' })],
  ['read_as_list', '/servers', documentOf({ others: { servers: { url: 'https://api.example' } } })],
  ['misplaced_path', '/~1b', documentOf({ others: { '/b': { get: SOUND } } })],
  [
    'swagger_parameter',
    PARAMETER,
    documentOf({ operation: { parameters: [{ name: 'q', in: 'query', type: 'string' }] } }),
  ],
  ['swagger_server', '/host', withHost()],
  ['conversion_loss', PARAMETER, documentOf({ operation: { parameters: [tabSeparated()] } })],
  ['code_block', '', `\`\`\`json\n${JSON.stringify(documentOf({}))}\n\`\`\``],
  ['encoded_twice', '', JSON.stringify(JSON.stringify(documentOf({})))],
  ['json_comments', '', `// Notes\n${JSON.stringify(documentOf({}))}`],
  [
    'unknown_type',
    '/components/schemas/A/properties/type/type',
    throughReferences({ properties: { type: { type: ['x'] } } }),
  ],
  ['array_without_items', `${SCHEMA}/type`, withSchema({ type: 'array' })],
  ['impossible_bounds', `${SCHEMA}/minLength`, withSchema({ minLength: 2, maxLength: 1 })],
  ['impossible_required', `${SCHEMA}/required`, withSchema({ required: ['a'], additionalProperties: false })],
  ['ineffective_required', `${SCHEMA}/required`, withSchema({ type: 'string', required: true })],
  ['closed_part', `${SCHEMA}/allOf`, withSchema({ allOf: [{ additionalProperties: false }], properties: { a: {} } })],
  ['unfit_enum', `${SCHEMA}/enum`, withSchema({ type: 'integer', enum: ['1', 2] })],
  ['empty_enum', `${SCHEMA}/enum`, withSchema({ enum: [] })],
  ['repeated_enum_value', `${SCHEMA}/enum`, withSchema({ enum: ['a', 'a'] })],
  ['unfit_default', `${SCHEMA}/default`, withSchema({ type: 'integer', default: '1' })],
  ['unfit_default', `${SCHEMA}/default`, withSchema({ enum: ['a'], default: 'b' })],
  ['invalid_pattern', `${SCHEMA}/pattern`, withSchema({ pattern: '(' })],
  ['loose_structure', '/info', documentOf({ others: { info: { version: '1' } } })],
];

/** Documents that look wrong but have no findings. */
const SOUND_DOCUMENTS: [string, JsonObject][] = [
  ['a plain one', documentOf({})],
  ['3.2 with its own address, and names of servers and tags', documentOf({ others: names32() })],
  ['a path that is shared', documentOf({ others: sharedPathItem() })],
  ['paths that only one is concrete of', documentOf({ others: { paths: bothPaths('/a/{id}', '/a/b') } })],
  ['a reference into paths', withSchema({ $ref: '#/paths/~1sound/get/x-schema' }, pathsWithSchema())],
  ['a schema by its anchor', withSchema({ $ref: '#note' }, { components: { schemas: { Note: { $anchor: 'note' } } } })],
  [
    'a schema by its id',
    withSchema({ $ref: 'note#/$defs/a' }, { components: { schemas: { N: { $id: 'note', $defs: { a: {} } } } } }),
  ],
  [
    'a schema by a reference that is relative to an $id',
    withSchema(
      { $ref: 'https://e.test/a' },
      {
        components: {
          schemas: { A: { $id: 'https://e.test/a', items: { $ref: 'b' } }, B: { $id: 'https://e.test/b' } },
        },
      },
    ),
  ],
  [
    'the same reference in two schemas with an $id',
    withSchema(
      { items: { $ref: '#/$defs/x' }, $id: 'a', $defs: { x: {} } },
      { components: { schemas: { B: { $id: 'b', items: { $ref: '#/$defs/x' }, $defs: { x: {} } } } } },
    ),
  ],
  ['a dynamic reference with one target', withSchema({ $dynamicAnchor: 'node', items: { $dynamicRef: '#node' } })],
  [
    'a schema through escapes',
    withSchema({ $ref: '#/components/schemas/A%2DB' }, { components: { schemas: { 'A-B': {} } } }),
  ],
  [
    'keywords beside a reference',
    withSchema({ $ref: '#/components/schemas/A', maxLength: 1 }, { components: { schemas: { A: {} } } }),
  ],
  ['a public address', withServer('https://8.8.8.8')],
  ['a default of none', withSchema({ type: 'integer', enum: [1, null], default: null })],
  [
    'closed parts that know each other',
    withSchema({ allOf: [closed('a')], properties: { a: {} }, additionalProperties: false }),
  ],
  [
    'an optional credential',
    withSchemes({ b: BEARER, k: { type: 'mutualTLS' } }, [{ b: [] }, { k: [] }], { security: [{}] }),
  ],
  [
    'alternatives with one for all',
    withSchemes({ b: BEARER, k: KEY }, [{ b: [] }, { k: [] }], { security: [{ k: [] }] }),
  ],
  [
    'scopes of OpenID Connect',
    withSchemes({ o: { type: 'openIdConnect', openIdConnectUrl: 'https://a.example' } }, [{ o: ['x'] }]),
  ],
  ['text beside bytes', responding({ 200: { description: '', content: { 'image/png': {}, 'application/json': {} } } })],
  ['a redirect', responding({ 302: { description: '' } })],
  [
    'what answers look like',
    responding({ 200: { description: '', content: { 'application/json': { schema: { type: 'x', pattern: '(' } } } } }),
  ],
  [
    'names that objects inherit',
    withParameter({ name: 'constructor', schema: { type: 'object', properties: { toString: {} } } }),
  ],
];

/** Codes about the choice of a server, which is no part of a document; `servers.spec.ts` tests them. */
const CHOICE_CODES = ['unknown_server', 'invalid_server_variable'];

describe('findings', () => {
  it.each(CAUSES)('report %s at %j', (code, pointer, source) => {
    const found = findingsOf(source);
    expect(found.filter((finding) => finding.code === code).map((finding) => finding.pointer)).toContain(pointer);
    expect(found.filter(({ message }) => /undefined|\[object|NaN/.test(message))).toEqual([]);
  });

  it.each(SOUND_DOCUMENTS)('are empty for %s', (_, source) => {
    expect(findingsOf(source)).toEqual([]);
  });

  it('are tested for each code of the source', () => {
    const tested = [...CAUSES.map(([code]) => code), ...CHOICE_CODES];
    expect(new Set(tested)).toEqual(codesOfSource());
  });

  it.each([
    ['/a/{id+}', '/a/b/{id}'],
    ['/a/{id+}', '/a/{id}'],
    ['/a/{id+}', '/{id+}'],
    ['/a/{id+}', '/b/{id}/{other}'],
    ['/a/{id}/b', '/a/{id+}'],
  ])('do not call %s and %s ambiguous, of which one is more concrete', (one, other) => {
    const codes = findingsOf(documentOf({ others: { paths: bothPaths(one, other) } })).map(({ code }) => code);
    expect(codes.filter((code) => /path/.test(code))).toEqual([]);
  });

  it('report each problem once', () => {
    const found = findingsOf(documentOf({ operation: { parameters: [{ $ref: '#/components/parameters/None' }] } }));
    expect(found.map(({ code }) => code)).toEqual(['unresolved_reference']);
  });

  it('report deviations from the standard only if no clearer finding exists', () => {
    expect(findingsOf(optionalPathParameter()).map(({ code }) => code)).toEqual(['optional_path_parameter']);
    expect(findingsOf(documentOf({ others: { info: {} } })).map(({ message }) => message)).toEqual([
      '"info" must have "title"',
      '"info" must have "version"',
    ]);
  });

  it('take linear time for many conflicting operations and shared schemas', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`/a${index}/{id}`, { get: { ...SOUND, parameters: [ID] } }]),
    );
    const allOf = Array.from({ length: 5_000 }, () => ({ allOf: [{ $ref: '#/components/schemas/A' }] }));
    const properties = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`p${index}`, {}]));
    const scopes = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`s${index}`, '']));
    const flow = { ...OAUTH.flows.authorizationCode, scopes };
    const document = withSchemes({ o: { type: 'oauth2', flows: { authorizationCode: flow } } }, [{ o: ['s1'] }]);
    const schemas = { A: { properties, additionalProperties: false }, B: { oneOf: allOf } };
    const parameters = [{ name: 'q', in: 'query', schema: { $ref: '#/components/schemas/B' } }];
    const findings = findingsOf({
      ...document,
      paths: { ...paths, '/q': { get: { ...SOUND, parameters } } },
      components: { ...(document['components'] as JsonObject), schemas },
    });
    expect(findings).toContainEqual(expect.objectContaining({ code: 'many_operations' }));
  });
});

/** Matches a code: a string literal after a field, variable or function that takes it. */
const CODE =
  /(?:\bcode(?:: string)?\s*[:=]\s*|\b(?:warn|reject|brokenReference|toFindings)\(\s*|\bunsupported\(\s*\w+,\s*)'([a-z_]+)'/g;

function codesOfSource(): Set<string> {
  const folder = new URL('..', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const sources = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return new Set(sources.flatMap((source) => [...source.matchAll(CODE)].map(([, code = '']) => code)));
}

function withComponents(schemas: JsonObject): JsonObject {
  return documentOf({ others: { components: { schemas } } });
}

/** A reference of a parameter that leads to a schema. */
function invalidParameter(): JsonObject {
  const parameters = [{ $ref: '#/components/schemas/S' }];
  return documentOf({ operation: { parameters }, others: { components: { schemas: { S: PLAIN_SCHEMA } } } });
}

function withHost(): JsonObject {
  const { servers: _, ...document } = documentOf({ others: { host: 'api.example', basePath: '/v1' } });
  return document;
}

function tabSeparated(): JsonObject {
  return { name: 'ids', in: 'query', type: 'array', items: { type: 'string' }, collectionFormat: 'tsv' };
}

function queryString(): JsonObject {
  const parameters = [{ name: 'q', in: 'querystring', content: { 'application/json': {} } }];
  return documentOf({ operation: { parameters }, others: { openapi: '3.2.0' } });
}

function pathItemReference(): JsonObject {
  const paths = { '/a': { get: SOUND }, '/b': { $ref: '#/paths/~1a', post: SOUND } };
  return documentOf({ others: { paths } });
}

function twoHeaders(): JsonObject[] {
  return ['X-A', 'x-a'].map((name) => ({ name, in: 'header', schema: PLAIN_SCHEMA }));
}

function streamedBody(): JsonObject {
  const content = { 'application/jsonl': { itemSchema: { type: 'object' } } };
  return documentOf({ method: 'post', operation: { requestBody: { content } }, others: { openapi: '3.2.0' } });
}

function defaultNotAllowed(): JsonObject {
  return withServer('https://{r}.example', { r: { default: 'eu', enum: ['us'] } });
}

function bothPaths(one: string, other: string): JsonObject {
  return Object.fromEntries(
    [one, other].map((path, index) => {
      const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
      return [
        path,
        { get: { operationId: `op${index}`, ...SOUND, parameters: names.map((name) => ({ ...ID, name })) } },
      ];
    }),
  );
}

function manyPaths(count: number): JsonObject {
  const paths = Array.from({ length: count }, (_, index) => [
    `/p${index}`,
    { get: { operationId: `op${index}`, ...SOUND } },
  ]);
  return Object.fromEntries(paths) as JsonObject;
}

function consequential(method: string, value: boolean | string): JsonObject {
  return documentOf({ method, operation: { 'x-openai-isConsequential': value } });
}

function responding(responses: JsonObject): JsonObject {
  return documentOf({ operation: { responses } });
}

function implicitFlow(): JsonObject {
  return { type: 'oauth2', flows: { implicit: { authorizationUrl: 'https://a.example', scopes: {} } } };
}

function withoutTokenUrl(): JsonObject {
  return { type: 'oauth2', flows: { authorizationCode: { authorizationUrl: 'https://a.example', scopes: {} } } };
}

function insecureToken(): JsonObject {
  const { authorizationCode } = OAUTH.flows;
  return { ...OAUTH, flows: { authorizationCode: { ...authorizationCode, tokenUrl: 'http://a.example/t' } } };
}

function optionalPathParameter(): JsonObject {
  const { required: _, ...parameter } = ID;
  return documentOf({ path: '/a/{id}', operation: { parameters: [parameter] } });
}

/** A schema that the body reaches through an array, and that references itself. */
function throughReferences(schema: JsonObject): JsonObject {
  const reference = { $ref: '#/components/schemas/A' };
  const content = { 'application/json': { schema: { type: 'array', items: reference } } };
  const schemas = { A: { ...schema, additionalProperties: reference } };
  return documentOf({ method: 'post', operation: { requestBody: { content } }, others: { components: { schemas } } });
}

function names32(): JsonObject {
  const servers = [{ url: 'https://api.example', name: 'production' }];
  const tags: JsonObject[] = [{ name: 'a', kind: 'nav', parent: 'b', summary: 'A' }, { name: 'b' }];
  const schema = { $ref: 'https://api.example/openapi.json#/components/schemas/A' };
  const mediaTypes = { Json: { schema } };
  const content = { 'application/json': { $ref: '#/components/mediaTypes/Json' } };
  return {
    openapi: '3.2.0',
    $self: 'https://api.example/openapi.json',
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    servers,
    tags,
    paths: { '/a': { post: { operationId: 'a', ...SOUND, requestBody: { content } } } },
    components: { mediaTypes, schemas: { A: PLAIN_SCHEMA } },
  };
}

function sharedPathItem(): JsonObject {
  const reference = { $ref: '#/components/pathItems/P', summary: 'P' };
  const P = { get: { operationId: 'shared', ...SOUND } };
  return { paths: { '/a': reference }, components: { pathItems: { P } } };
}

function pathsWithSchema(): JsonObject {
  const { paths } = documentOf({}) as { paths: JsonObject };
  const schema = { $ref: '#/paths/~1sound/get/x-schema' };
  const parameters = [{ name: 'q', in: 'query', schema }];
  return {
    paths: {
      ...paths,
      '/sound': { get: { operationId: 'sound', ...SOUND, 'x-schema': PLAIN_SCHEMA } },
      '/a': { get: { operationId: 'op', ...SOUND, parameters } },
    },
  };
}

function closed(name: string): JsonObject {
  return { properties: { [name]: {} }, additionalProperties: false };
}
