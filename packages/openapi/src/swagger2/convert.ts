import { Draft } from '../document/draft.js';
import { type Finding } from '../document/errors.js';
import {
  type JsonObject,
  type JsonValue,
  isObject,
  mapMembers,
  member,
  objectMember,
  textsOf,
} from '../document/json.js';
import { Origins } from '../document/origins.js';
import { visitObjects } from '../document/visit-objects.js';
import { type Conversion, reportLoss } from './conversion.js';
import { convertOperations } from './operations.js';
import { rewriteReferences } from './references.js';
import { convertResponse } from './responses.js';
import { convertSchema } from './schema.js';
import { convertSecurityScheme } from './security.js';
import { serversOf } from './servers.js';

/** The version of the result. */
const VERSION = '3.0.4';

/** A document after its conversion. Its parameters are still those of Swagger 2.0, for `convertParameters`. */
export interface Converted {
  readonly json: JsonObject;
  /** with pointers into the original */
  readonly findings: readonly Finding[];
  readonly origins: Origins;
}

/** Returns whether a document is Swagger 2.0. */
export function isSwagger2(json: JsonObject): boolean {
  const version = String(member(json, 'swagger') ?? member(json, 'openapi') ?? '');
  return /^2(?:\.0){0,2}$/.test(version);
}

/** Converts a Swagger 2.0 document to OpenAPI 3.0 (OAS 2.0, "Swagger Object"). */
export function convertSwagger(json: JsonObject): Converted {
  const findings: Finding[] = [CONVERTED];
  const conversion = { isSwagger: true, origins: new Origins(), findings };
  const { swagger: _1, host: _2, basePath: _3, schemes: _4, produces: _5, ...others } = json;
  const { definitions: _6, parameters: _7, responses: _8, securityDefinitions: _9, ...kept } = others;
  const components = { ...objectMember(json, 'components'), ...componentsOf(json, conversion) };
  const draft: JsonObject = {
    servers: servers(json, conversion),
    ...kept,
    openapi: VERSION,
    ...(json['paths'] !== undefined && { paths: convertOperations(json, conversion) }),
    ...(Object.keys(components).length > 0 && { components }),
  };
  const schemas = convertSchemas(draft);
  return { json: rewriteReferences(schemas, conversion.origins), findings, origins: conversion.origins };
}

const CONVERTED: Finding = {
  code: 'converted_document',
  message: 'the document is Swagger 2.0 and was converted to OpenAPI 3.0; the result is the document in use',
  pointer: '/swagger',
};

/** The names of components in Swagger 2.0 and in OpenAPI 3, and their conversion. */
const COMPONENTS: readonly [old: string, name: string, convert?: typeof convertResponse][] = [
  ['definitions', 'schemas'],
  ['parameters', 'parameters'],
  ['responses', 'responses', convertResponse],
  ['securityDefinitions', 'securitySchemes', convertSecurityScheme],
];

function componentsOf(json: JsonObject, conversion: Conversion): JsonObject {
  const mediaTypes = textsOf(json, 'produces');
  const components: JsonObject = {};
  for (const [old, name, convert] of COMPONENTS) {
    const objects = member(json, old);
    if (objects === undefined) continue;
    const place = `/components/${name}`;
    conversion.origins.add(place, `/${old}`);
    const converted = (value: JsonValue, key: string): JsonValue =>
      convert !== undefined && isObject(value)
        ? convert(value, { place, original: `/${old}`, name: key }, mediaTypes, conversion)
        : value;
    components[name] = isObject(objects) ? mapMembers(objects, converted) : objects;
  }
  return components;
}

function servers(json: JsonObject, conversion: Conversion): JsonObject[] {
  const schemes = textsOf(json, 'schemes');
  const unsupported = schemes.filter((scheme) => !/^https?$/.test(scheme));
  if (unsupported.length > 0) reportLoss(conversion, `calls cannot use ${unsupported.join(' and ')}`, '/schemes');
  conversion.origins.add('/servers', json['host'] === undefined ? '/basePath' : '/host');
  return serversOf(json);
}

/** Converts all schemas, also those of files that the document refers to. */
export function convertSchemas(json: JsonObject): JsonObject {
  const draft = new Draft(json);
  visitObjects({ value: json, pointer: '' }, 'OpenAPI', (object, kind, pointer) => {
    if (kind === 'Schema') convertSchema(object, pointer, draft);
  });
  return draft.apply();
}
