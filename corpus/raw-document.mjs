import { dereference, validate } from '@cfworker/json-schema';

/**
 * A document as it stands, read without any of our own code: what it says about an operation, and whether a value fits one of its
 * schemas.
 */
export class RawDocument {
  #lookup = new Proxy(Object.create(null), { get: (found, uri) => (found[uri] ??= this.#schemaAt(uri)) });
  #places = 0;

  constructor(text) {
    this.json = JSON.parse(text);
    this.draft = this.json.openapi.startsWith('3.0') ? '4' : '2020-12';
  }

  /** What a reference leads to, through any number of them. */
  follow(value) {
    let found = value;
    for (let hops = 0; typeof found?.$ref === 'string' && hops < 30; hops += 1) found = this.at(found.$ref);
    return found;
  }

  at(reference) {
    const tokens = decodeURIComponent(reference.slice(1)).split('/').slice(1);
    return tokens.reduce(
      (value, token) => memberOf(value, token.replaceAll('~1', '/').replaceAll('~0', '~')),
      this.json,
    );
  }

  operation(method, path) {
    const pathItem = this.follow(this.json.paths[path]);
    const operation = pathItem[method.toLowerCase()];
    const parameters = new Map();
    for (const value of [...(pathItem.parameters ?? []), ...(operation.parameters ?? [])]) {
      const parameter = this.follow(value);
      const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
      parameters.set(`${parameter.in} ${name}`, parameter);
    }
    const servers = [...(operation.servers ?? []), ...(pathItem.servers ?? []), ...(this.json.servers ?? [])];
    return { parameters, body: this.follow(operation.requestBody), servers };
  }

  /** @returns {string | undefined} why a value does not fit a schema */
  misfit(value, schema) {
    if (schema === undefined || schema === true) return undefined;
    if (!Object.hasOwn(schema, '__absolute_uri__')) this.#prepare(schema, `/place/${(this.#places += 1)}`);
    const { valid, errors } = validate(value, schema, this.draft, this.#lookup);
    return valid ? undefined : errors.at(-1)?.error;
  }

  /** What a reference of a schema leads to, when it is first needed. */
  #schemaAt(uri) {
    const schema = typeof uri === 'string' && uri.includes('#') ? this.at(new URL(uri).hash) : undefined;
    return typeof schema === 'object' && schema !== null ? this.#prepare(schema, new URL(uri).hash.slice(1)) : schema;
  }

  #prepare(schema, pointer) {
    makeCheckable(schema, this);
    dereference(schema, Object.create(null), BASE, pointer);
    return schema;
  }
}

const BASE = new URL('https://corpus.example/document');
const NOT_OF_SCHEMAS = /^(?:x-.*|examples?|default|id|externalDocs|xml|discriminator)$/;
/** Those that mean the same everywhere. */
const FORMATS = new Set(['date', 'date-time', 'email', 'ipv4', 'ipv6', 'uuid']);
const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** The alternatives under `oneOf` that are checked as `anyOf`, by their schemas. References still lead to where they were. */
const MOVED = new WeakMap();

function memberOf(value, name) {
  return name === 'oneOf' && MOVED.has(value) ? MOVED.get(value) : value?.[name];
}

/**
 * Schemas as their dialect means them: `nullable`, and what is read-only is not required of a request (OAS 3.0.4, 4.7.24). What is no
 * keyword of JSON Schema's, such as the pattern `(`, says nothing; nor do examples, which may look like schemas.
 */
function makeCheckable(schema, document, seen = new Set()) {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return;
  seen.add(schema);
  for (const name of Object.keys(schema)) if (NOT_OF_SCHEMAS.test(name)) delete schema[name];
  if (schema.nullable === true && typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  if (!Array.isArray(schema.required)) delete schema.required;
  if (typeof schema.properties === 'object' && Array.isArray(schema.required)) {
    schema.required = schema.required.filter((name) => document.follow(schema.properties[name])?.readOnly !== true);
    if (schema.required.length === 0) delete schema.required;
  }
  if (schema.type !== undefined && ![schema.type].flat().every((type) => TYPES.has(type))) delete schema.type;
  if (typeof schema.pattern !== 'string' || !isPattern(schema.pattern)) delete schema.pattern;
  if (!FORMATS.has(schema.format)) delete schema.format;
  if (!Array.isArray(schema.enum) || schema.enum.length === 0) delete schema.enum;
  // Nothing at all fits these, so the author meant something else.
  if (schema.enum && schema.type && !validate(schema.enum[0], { type: schema.type }).valid) {
    delete schema.enum;
    delete schema.type;
  }
  // A value may match several alternatives (ADR 20).
  if (Array.isArray(schema.oneOf)) {
    schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), { anyOf: schema.oneOf }];
    MOVED.set(schema, schema.oneOf);
    delete schema.oneOf;
  }
  for (const keyword of ['items', 'additionalProperties', 'not']) makeCheckable(schema[keyword], document, seen);
  for (const keyword of ['allOf', 'anyOf', 'prefixItems']) {
    for (const part of Array.isArray(schema[keyword]) ? schema[keyword] : []) makeCheckable(part, document, seen);
  }
  for (const property of Object.values(schema.properties ?? {})) makeCheckable(property, document, seen);
}

function isPattern(pattern) {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
