import type { OpenApiDocument } from './document.js';
import { type JsonObject, isObject, listMember, objectMember, pointerTo } from './json.js';
import { operationPlaces } from './operations/catalogue.js';
import { resolve } from './references.js';
import { type SuggestedAuth, readSecurityScheme } from './security-scheme.js';

/**
 * What a document's security schemes say of authentication. Of several, it is one that the document as a whole asks for, else the
 * one that most of its operations ask for, else the only one; of alternatives, the one by which users sign in.
 *
 * @param serverUrl where its calls go; relative URLs are resolved against it
 * @returns the fields of an action's schema, at most some 12 KB; `undefined` where the schemes say nothing that helps
 */
export function suggestAuth({ json }: OpenApiDocument, serverUrl: string): SuggestedAuth | undefined {
  const ofDocument = requirementsOf(json) ?? [];
  const ofOperations = operationPlaces(json, []).map(({ operation }) => requirementsOf(operation.value) ?? ofDocument);
  const schemes = readSchemes(json, ofOperations.flat(), serverUrl);
  const named = schemes.filter(({ name }) => ofDocument.some((requirement) => Object.hasOwn(requirement, name)));
  const candidates = named.length > 0 ? named : mostUsed(schemes, ofOperations);
  return candidates.toSorted((one, other) => rank(one.auth) - rank(other.auth))[0]?.auth;
}

/** Names of schemes, each with the scopes that are required of it (OAS 3.1.1, section 4.8.30). */
type Requirement = JsonObject;

interface Scheme {
  name: string;
  auth: SuggestedAuth;
}

function requirementsOf(holder: JsonObject): Requirement[] | undefined {
  return listMember(holder, 'security')?.filter(isObject);
}

/** The schemes that have a schema of ours, in the order of the document. */
function readSchemes(root: JsonObject, requirements: readonly Requirement[], serverUrl: string): Scheme[] {
  const schemes = objectMember(objectMember(root, 'components'), 'securitySchemes') ?? {};
  return Object.entries(schemes).flatMap(([name, value]) => {
    const found = resolve(root, { value, pointer: pointerTo('/components/securitySchemes', name) });
    if ('code' in found) return [];
    const auth = readSecurityScheme(found.value, scopesOf(name, requirements), serverUrl);
    return auth === undefined ? [] : [{ name, auth }];
  });
}

function scopesOf(name: string, requirements: readonly Requirement[]): string[] {
  const scopes = requirements.flatMap((requirement) => listMember(requirement, name) ?? []);
  return [...new Set(scopes)].filter((scope): scope is string => typeof scope === 'string');
}

function mostUsed(schemes: Scheme[], ofOperations: readonly Requirement[][]): Scheme[] {
  const uses = new Map(schemes.map(({ name }) => [name, countOf(name, ofOperations)]));
  const most = Math.max(0, ...uses.values());
  const isUsed = most > 0 || schemes.length === 1;
  return isUsed ? schemes.filter(({ name }) => uses.get(name) === most) : [];
}

function countOf(name: string, ofOperations: readonly Requirement[][]): number {
  return ofOperations.filter((requirements) => requirements.some((one) => Object.hasOwn(one, name))).length;
}

/** A sign-in for each user before a key for all; endpoints that are written down before those that have to be found. */
function rank(auth: SuggestedAuth): number {
  if (auth.type !== 'oauth') return 2;
  return 'issuer' in auth ? 1 : 0;
}
