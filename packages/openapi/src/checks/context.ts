import { type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type Located, isObject, listMember, pointerTo, stringMember } from '../document/json.js';
import { type Catalogue, findOperations } from '../operations/catalogue.js';
import { type DeclaredOperation } from '../operations/operation-plan.js';
import { resolve } from '../document/references.js';
import { selectedServer } from '../operations/servers.js';
import { readSecurity } from '../document/security.js';
import { type CheckContext, type DeclaredParameter, parameterPlace } from './check.js';

/** An application's answer to whether it supports a security scheme. */
export type SchemeSupport = (scheme: JsonObject, serverUrl: string) => boolean;

/** Reads the values that several checks need. */
export function buildContext(
  document: OpenApiDocument,
  { plans, server, options }: Catalogue,
  isSupported: SchemeSupport,
): CheckContext {
  const planOf = new Map([...plans.values()].map((plan) => [`${plan.summary.method} ${plan.summary.path}`, plan]));
  const operations = findOperations(document.json).flatMap((declared) => {
    const plan = planOf.get(`${declared.method} ${declared.path}`);
    return plan === undefined ? [] : [{ ...declared, plan }];
  });
  const security = readSecurity(
    document.json,
    operations.map(({ operation }) => operation),
  );
  const apiKeys = [...security.schemes.values()].filter(({ type }) => type === 'apiKey');
  return {
    document,
    server,
    declaredServer: selectedServer(document.json, options) ?? { value: null, pointer: '' },
    choice: options.server,
    operations,
    parameterLists: parameterOwners(operations).map((owner) => readParameterList(document.json, owner)),
    security,
    isSchemeSupported: ({ object }) => isSupported(object, server.url),
    apiKeys: new Map(apiKeys.map(({ name, object }) => [placeOfApiKey(object), name])),
  };
}

function placeOfApiKey(scheme: JsonObject): string {
  return parameterPlace(stringMember(scheme, 'in') ?? '', stringMember(scheme, 'name') ?? '');
}

/** Returns the path items and operations, each once. */
function parameterOwners(operations: readonly DeclaredOperation[]): Located<JsonObject>[] {
  const owners = operations.flatMap(({ pathItem, operation }) => [pathItem, operation]);
  return [...new Map(owners.map((owner) => [owner.pointer, owner])).values()];
}

function readParameterList(root: JsonObject, owner: Located<JsonObject>): DeclaredParameter[] {
  return (listMember(owner.value, 'parameters') ?? []).flatMap((value, index) => {
    const place = pointerTo(owner.pointer, 'parameters', index);
    const found = resolve(root, { value, pointer: place });
    if ('code' in found || !isObject(found.value)) return [];
    const { value: object, pointer } = found;
    const name = stringMember(object, 'name') ?? '';
    return [{ name, location: stringMember(object, 'in') ?? '', object, pointer, place }];
  });
}
