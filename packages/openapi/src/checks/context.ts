import { type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type Located, isObject, listMember, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type Catalogue, operationPlaces } from '../operations/catalogue.js';
import { type OperationPlace } from '../operations/operation-plan.js';
import { resolve } from '../document/references.js';
import { readSecurityScheme } from '../security-scheme.js';
import { type CheckContext, type DeclaredParameter, type SecurityScheme, placeOfParameter } from './check.js';

/** Reads once what several checks look at. */
export function contextOf(document: OpenApiDocument, { plans, server }: Catalogue): CheckContext {
  const planOf = new Map([...plans.values()].map((plan) => [`${plan.summary.method} ${plan.summary.path}`, plan]));
  const operations = operationPlaces(document.json, []).flatMap((place) => {
    const plan = planOf.get(`${place.method} ${place.path}`);
    return plan === undefined ? [] : [{ ...place, plan }];
  });
  const parameterLists = ownersOfParameters(operations).map((owner) => readParameterList(document.json, owner));
  const schemes = readSchemes(document.json, server.url);
  const keys = [...schemes].filter(([, { object }]) => stringMember(object, 'type') === 'apiKey');
  const apiKeys = new Map(keys.map(([name, { object }]) => [placeOfApiKey(object), name]));
  return { document, server, operations, parameterLists, schemes, apiKeys };
}

function readSchemes(root: JsonObject, serverUrl: string): Map<string, SecurityScheme> {
  const schemes = new Map<string, SecurityScheme>();
  for (const [name, value] of Object.entries(objectMember(objectMember(root, 'components'), 'securitySchemes') ?? {})) {
    const pointer = pointerTo('/components/securitySchemes', name);
    const found = resolve(root, { value, pointer });
    if ('code' in found || !isObject(found.value)) continue;
    const isSupported = readSecurityScheme(found.value, [], serverUrl) !== undefined;
    schemes.set(name, { object: found.value, pointer, isSupported });
  }
  return schemes;
}

function placeOfApiKey(scheme: JsonObject): string {
  return placeOfParameter(stringMember(scheme, 'in') ?? '', stringMember(scheme, 'name') ?? '');
}

/** The path items and operations that have parameters, each once. */
function ownersOfParameters(operations: readonly OperationPlace[]): Located<JsonObject>[] {
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
