import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  objectMember,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { type CheckContext, type Complaint, type SecurityScheme } from './check.js';

const SCHEMES = '/components/securitySchemes';

/** A Security Requirement Object (OAS 3.1.1, section 4.8.30): the schemes that it asks for together, each with its scopes. */
interface Requirement {
  readonly schemes: readonly (readonly [name: string, scopes: JsonValue])[];
  readonly pointer: string;
}

export function undefinedSecurityScheme(context: CheckContext): Complaint[] {
  return requirementsOf(context).flatMap(({ schemes, pointer }) =>
    schemes.flatMap(([name]) => {
      // In 3.2 the name may be the URI of a scheme.
      if (context.schemes.has(name) || /[/:#]/.test(name)) return [];
      const message = `no security scheme is named "${name}", so that nobody can tell what credential is asked for; define it in components.securitySchemes or correct the name`;
      return [{ message, pointer: pointerTo(pointer, name) }];
    }),
  );
}

/** Of schemes that operations cannot do without, those that no authentication schema of an action does. */
export function unsupportedSecurityScheme(context: CheckContext): Complaint[] {
  const found = new Map<string, Complaint>();
  for (const { alternatives } of demandsOf(context)) {
    const needed = alternatives.map(({ schemes }) => unsupportedOf(context, schemes));
    if (needed.some((schemes) => schemes.length === 0)) continue;
    for (const { object, pointer } of needed.flat()) found.set(pointer, { message: unsupported(object), pointer });
  }
  return [...found.values()];
}

function unsupportedOf({ schemes }: CheckContext, required: Requirement['schemes']): SecurityScheme[] {
  return required.flatMap(([name]) => schemes.get(name) ?? []).filter(({ isSupported }) => !isSupported);
}

function unsupported(scheme: JsonObject): string {
  const type = stringMember(scheme, 'type');
  if (type === 'oauth2') {
    const flows = Object.keys(objectMember(scheme, 'flows') ?? {}).join(', ') || 'no flow';
    return `the scheme is oauth2 with ${flows}, and users sign in by authorizationCode alone: if the API has that flow, fill in its endpoints by hand, else calls go without a token`;
  }
  const details = stringMember(scheme, type === 'http' ? 'scheme' : 'in');
  const name = [type ?? 'of no type', ...(details === undefined ? [] : [details])].join(' ');
  return `the scheme is ${name}, which no authentication schema here does: calls go without it; if the API takes another credential, describe that one`;
}

/** An action has one authentication schema, and a call carries one credential. */
export function combinedSecuritySchemes(context: CheckContext): Complaint[] {
  const found = new Map<string, Complaint>();
  for (const { alternatives } of demandsOf(context)) {
    const [first] = alternatives;
    if (first === undefined || alternatives.some(({ schemes }) => schemes.length < 2)) continue;
    const names = first.schemes.map(([name]) => `"${name}"`).join(' and ');
    const message = `${names} are asked for together, and an action has one credential: the server will miss the other; if that is no secret, give it as a static header`;
    if (!found.has(names)) found.set(names, { message, pointer: first.pointer });
  }
  return [...found.values()];
}

export function severalSecuritySchemes(context: CheckContext): Complaint[] {
  const isSupported = (name: string) => context.schemes.get(name)?.isSupported === true;
  const counts = new Map<string, number>();
  let total = 0;
  for (const { alternatives, operations } of demandsOf(context)) {
    const single = alternatives.filter(({ schemes }) => schemes.length < 2);
    const names = single.flatMap(({ schemes }) => schemes.map(([name]) => name)).filter((name) => isSupported(name));
    if (names.length === 0 || single.some(({ schemes }) => schemes.length === 0)) continue;
    total += operations;
    for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + operations);
  }
  const uses = [...counts].map(([name, count]) => `"${name}" by ${count}`);
  if ([...counts.values()].some((count) => count === total) || total === 0) return [];
  const message = `operations ask for different credentials (${uses.slice(0, 10).join(', ')} of ${total}), and an action has one authentication schema: the server will refuse calls of the others; keep those that share one`;
  return [{ message, pointer: SCHEMES }];
}

/** Of a scheme that is used, what a sign-in or a call cannot do without. */
export function incompleteSecurityScheme(context: CheckContext): Complaint[] {
  return [...usedSchemes(context).values()].flatMap(({ object, pointer }) => {
    const missing = missingFields(object);
    if (missing.length === 0) return [];
    const message = `the scheme has no ${missing.join(' and no ')}: what it leaves open has to be filled in by hand`;
    return [{ message, pointer }];
  });
}

function missingFields(scheme: JsonObject): string[] {
  const lacking = (holder: JsonObject, ...names: string[]) =>
    names.filter((name) => (stringMember(holder, name) ?? '').trim() === '');
  const flow = objectMember(objectMember(scheme, 'flows'), 'authorizationCode');
  switch (stringMember(scheme, 'type')) {
    case 'oauth2':
      return flow === undefined ? [] : lacking(flow, 'authorizationUrl', 'tokenUrl');
    case 'openIdConnect':
      return lacking(scheme, 'openIdConnectUrl');
    case 'apiKey':
      return lacking(scheme, 'name', 'in');
    case 'http':
      return lacking(scheme, 'scheme');
    default:
      return lacking(scheme, 'type');
  }
}

export function insecureSignIn(context: CheckContext): Complaint[] {
  return [...usedSchemes(context).values()].flatMap(({ object, pointer }) => {
    const flow = objectMember(objectMember(object, 'flows'), 'authorizationCode') ?? {};
    const place = pointerTo(pointer, 'flows', 'authorizationCode');
    return ['authorizationUrl', 'tokenUrl', 'refreshUrl'].flatMap((name) => {
      const url = stringMember(flow, name) ?? '';
      if (!/^http:/i.test(url)) return [];
      const message = `${url} is not encrypted: whoever is on the way reads codes and tokens, so it is refused unless the operator allows it; use https`;
      return [{ message, pointer: pointerTo(place, name) }];
    });
  });
}

/** Scopes of OAuth 2.0 come from the flow's own list (OAS 3.1.1, section 4.8.29); those of OpenID Connect from anywhere. */
export function undeclaredScope(context: CheckContext): Complaint[] {
  const offered = new Map([...usedSchemes(context)].map(([name, { object }]) => [name, offeredScopes(object)]));
  return requirementsOf(context).flatMap(({ schemes, pointer }) =>
    schemes.flatMap(([name, scopes]) => {
      const declared = offered.get(name);
      if (declared === undefined || !Array.isArray(scopes)) return [];
      const unknown = scopes.filter((scope) => typeof scope === 'string' && !declared.has(scope));
      if (unknown.length === 0) return [];
      const message = `no flow of "${name}" has the scope ${unknown.join(', ')}: a sign-in that asks for it may be refused; add it to the flow's scopes or correct it`;
      return [{ message, pointer: pointerTo(pointer, name) }];
    }),
  );
}

function offeredScopes(scheme: JsonObject): Set<string> | undefined {
  const flows = Object.values(objectMember(scheme, 'flows') ?? {});
  return flows.length === 0
    ? undefined
    : new Set(flows.flatMap((flow) => Object.keys(objectMember(flow, 'scopes') ?? {})));
}

/** What operations ask for: any one of the alternatives. */
interface Demand {
  readonly alternatives: readonly Requirement[];
  /** how many ask for it */
  readonly operations: number;
}

/** The demands of a document's operations; those that have none of their own share the document's, which is read once. */
function demandsOf({ document, operations }: CheckContext): Demand[] {
  const own = operations.flatMap(({ operation }): Demand[] => {
    const alternatives = readRequirements(operation.value, operation.pointer);
    return alternatives === undefined ? [] : [{ alternatives, operations: 1 }];
  });
  const alternatives = readRequirements(document.json, '') ?? [];
  return [{ alternatives, operations: operations.length - own.length }, ...own];
}

/** The requirements of the document and of the operations that have their own, each once. */
function requirementsOf(context: CheckContext): Requirement[] {
  return demandsOf(context).flatMap(({ alternatives }) => alternatives);
}

function readRequirements(owner: JsonObject, pointer: string): Requirement[] | undefined {
  return listMember(owner, 'security')?.flatMap((requirement, index) =>
    isObject(requirement)
      ? [{ schemes: Object.entries(requirement), pointer: pointerTo(pointer, 'security', index) }]
      : [],
  );
}

/** The schemes that operations ask for, by name. */
function usedSchemes(context: CheckContext): Map<string, SecurityScheme> {
  const names = new Set(requirementsOf(context).flatMap(({ schemes }) => schemes.map(([name]) => name)));
  return new Map([...context.schemes].filter(([name]) => names.has(name)));
}
