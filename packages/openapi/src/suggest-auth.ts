import type { OpenApiDocument } from './document/document.js';
import { type JsonObject, isObject, listMember, objectMember, pointerTo } from './document/json.js';
import { operationPlaces } from './operations/catalogue.js';
import { resolve } from './document/references.js';
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
  const uses = usesOf(operationPlaces(json, []).map(({ operation }) => requirementsOf(operation.value) ?? ofDocument));
  const schemes = readSchemes(json, uses, serverUrl);
  const namesOfDocument = new Set(ofDocument.flatMap((requirement) => Object.keys(requirement)));
  const named = schemes.filter(({ name }) => namesOfDocument.has(name));
  const candidates = named.length > 0 ? named : mostUsed(schemes);
  return candidates.toSorted((one, other) => rank(one.auth) - rank(other.auth))[0]?.auth;
}

/** Names of schemes, each with the scopes that are required of it (OAS 3.1.1, section 4.8.30). */
type Requirement = JsonObject;

/** How a document's operations use a scheme. */
interface Use {
  operations: number;
  scopes: Set<string>;
}

interface Scheme {
  name: string;
  auth: SuggestedAuth;
  operations: number;
}

function requirementsOf(holder: JsonObject): Requirement[] | undefined {
  return listMember(holder, 'security')?.filter(isObject);
}

/**
 * Who uses which scheme, by its name.
 *
 * @param ofOperations the requirements of each operation; those that have none of their own share the document's, which are read once
 */
function usesOf(ofOperations: readonly Requirement[][]): Map<string, Use> {
  const sharers = new Map<Requirement[], number>();
  for (const requirements of ofOperations) sharers.set(requirements, (sharers.get(requirements) ?? 0) + 1);
  const uses = new Map<string, Use>();
  for (const [requirements, operations] of sharers) {
    for (const [name, scopes] of scopesByScheme(requirements)) {
      const use = uses.get(name) ?? { operations: 0, scopes: new Set() };
      for (const scope of scopes) use.scopes.add(scope);
      uses.set(name, { ...use, operations: use.operations + operations });
    }
  }
  return uses;
}

function scopesByScheme(requirements: readonly Requirement[]): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const requirement of requirements) {
    for (const [name, value] of Object.entries(requirement)) {
      const scopes = byName.get(name) ?? [];
      byName.set(name, scopes);
      for (const scope of Array.isArray(value) ? value : []) if (typeof scope === 'string') scopes.push(scope);
    }
  }
  return byName;
}

/** The schemes that have a schema of ours, in the order of the document. */
function readSchemes(root: JsonObject, uses: ReadonlyMap<string, Use>, serverUrl: string): Scheme[] {
  const schemes = objectMember(objectMember(root, 'components'), 'securitySchemes') ?? {};
  return Object.entries(schemes).flatMap(([name, value]) => {
    const found = resolve(root, { value, pointer: pointerTo('/components/securitySchemes', name) });
    if ('code' in found) return [];
    const { operations = 0, scopes = [] } = uses.get(name) ?? {};
    const auth = readSecurityScheme(found.value, [...scopes], serverUrl);
    return auth === undefined ? [] : [{ name, auth, operations }];
  });
}

function mostUsed(schemes: readonly Scheme[]): Scheme[] {
  const most = schemes.reduce((count, { operations }) => Math.max(count, operations), 0);
  return most > 0 || schemes.length === 1 ? schemes.filter(({ operations }) => operations === most) : [];
}

/** A sign-in for each user before a key for all; endpoints that are written down before those that have to be found. */
function rank(auth: SuggestedAuth): number {
  if (auth.type !== 'oauth') return 2;
  return 'issuer' in auth ? 1 : 0;
}
