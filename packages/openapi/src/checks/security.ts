import { type JsonObject, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type SecurityRequirement, type SecurityScheme } from '../document/security.js';
import { type CheckContext, type CheckFinding } from './check.js';

export function undefinedSecurityScheme({ security }: CheckContext): CheckFinding[] {
  return requirementsOf(security).flatMap(({ schemes, pointer }) =>
    schemes.flatMap(({ name }) => {
      // In 3.2 the name may be the URI of a scheme.
      if (security.schemes.has(name) || /[/:#]/.test(name)) return [];
      const message = `the security scheme "${name}" is not defined, so its credential is unknown; define it in components.securitySchemes or correct the name`;
      return [{ message, pointer: pointerTo(pointer, name) }];
    }),
  );
}

/** Finds schemes that are not supported and that operations have no supported alternative to. */
export function unsupportedSecurityScheme(context: CheckContext): CheckFinding[] {
  const found = new Map<string, CheckFinding>();
  for (const { alternatives } of context.security.demands) {
    const unsupported = alternatives.map((requirement) => unsupportedSchemes(context, requirement));
    if (unsupported.some((schemes) => schemes.length === 0)) continue;
    for (const scheme of unsupported.flat()) {
      found.set(scheme.pointer, { message: unsupportedMessage(scheme), pointer: scheme.pointer });
    }
  }
  return [...found.values()];
}

function unsupportedSchemes(context: CheckContext, { schemes }: SecurityRequirement): SecurityScheme[] {
  const { security, isSchemeSupported } = context;
  return schemes.flatMap(({ name }) => security.schemes.get(name) ?? []).filter((scheme) => !isSchemeSupported(scheme));
}

function unsupportedMessage({ type, object }: SecurityScheme): string {
  if (type === 'oauth2') {
    const flows = Object.keys(objectMember(object, 'flows') ?? {}).join(', ') || 'no flow';
    return `the scheme is oauth2 with ${flows}, but only the authorizationCode flow is supported: if the API has that flow, enter its endpoints by hand, else calls are sent without a token`;
  }
  const details = stringMember(object, type === 'http' ? 'scheme' : 'in');
  const name = [type ?? 'without a type', ...(details === undefined ? [] : [details])].join(' ');
  return `the scheme is ${name}, which is not supported, so calls are sent without it; if the API accepts another credential, describe that one`;
}

/** A request carries one credential. */
export function combinedSecuritySchemes({ security }: CheckContext): CheckFinding[] {
  const found = new Map<string, CheckFinding>();
  for (const { alternatives } of security.demands) {
    const [first] = alternatives;
    if (first === undefined || alternatives.some(({ schemes }) => schemes.length < 2)) continue;
    const names = first.schemes.map(({ name }) => `"${name}"`).join(' and ');
    const message = `${names} are required together, but calls carry only one credential; if the other is not a secret, send it as a static header`;
    if (!found.has(names)) found.set(names, { message, pointer: first.pointer });
  }
  return [...found.values()];
}

export function severalSecuritySchemes({ security, isSchemeSupported }: CheckContext): CheckFinding[] {
  const isSupported = (name: string) => {
    const scheme = security.schemes.get(name);
    return scheme !== undefined && isSchemeSupported(scheme);
  };
  const counts = new Map<string, number>();
  let total = 0;
  for (const { alternatives, operations } of security.demands) {
    const single = alternatives.filter(({ schemes }) => schemes.length < 2);
    const names = single.flatMap(({ schemes }) => schemes.map(({ name }) => name)).filter(isSupported);
    if (names.length === 0 || single.some(({ schemes }) => schemes.length === 0)) continue;
    total += operations;
    for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + operations);
  }
  if (total === 0 || [...counts.values()].some((count) => count === total)) return [];
  const uses = [...counts].map(([name, count]) => `"${name}" by ${count}`);
  const message = `operations require different credentials (${uses.slice(0, 10).join(', ')} of ${total}), but a document is used with one, so the server will reject calls of the others; keep the operations that share one`;
  return [{ message, pointer: '/components/securitySchemes' }];
}

/** Finds fields that are missing in a used scheme and that a sign-in or a call depends on. */
export function incompleteSecurityScheme({ security }: CheckContext): CheckFinding[] {
  return usedSchemes(security).flatMap((scheme) => {
    const missing = missingFields(scheme);
    if (missing.length === 0) return [];
    const message = `the scheme has no ${missing.join(' and no ')}, which must be entered by hand; add it to the scheme`;
    return [{ message, pointer: scheme.pointer }];
  });
}

function missingFields({ type, object }: SecurityScheme): string[] {
  const missing = (holder: JsonObject, ...names: string[]) =>
    names.filter((name) => (stringMember(holder, name) ?? '').trim() === '');
  const flow = authorizationCodeFlow(object);
  switch (type) {
    case 'oauth2':
      return flow === undefined ? [] : missing(flow, 'authorizationUrl', 'tokenUrl');
    case 'openIdConnect':
      return missing(object, 'openIdConnectUrl');
    case 'apiKey':
      return missing(object, 'name', 'in');
    case 'http':
      return missing(object, 'scheme');
    default:
      return missing(object, 'type');
  }
}

export function insecureSignIn({ security }: CheckContext): CheckFinding[] {
  return usedSchemes(security).flatMap(({ object, pointer }) =>
    ['authorizationUrl', 'tokenUrl', 'refreshUrl'].flatMap((name) => {
      const url = stringMember(authorizationCodeFlow(object), name) ?? '';
      if (!/^http:/i.test(url)) return [];
      const message = `${url} is not encrypted, which exposes codes and tokens on the network; it is blocked by default, so use https`;
      return [{ message, pointer: pointerTo(pointer, 'flows', 'authorizationCode', name) }];
    }),
  );
}

/** A flow lists the scopes of OAuth 2.0 (OAS 3.1.1, section 4.8.29); the scopes of OpenID Connect are not listed. */
export function undeclaredScope({ security }: CheckContext): CheckFinding[] {
  const offered = new Map(usedSchemes(security).map(({ name, object }) => [name, offeredScopes(object)]));
  return requirementsOf(security).flatMap(({ schemes, pointer }) =>
    schemes.flatMap(({ name, scopes }) => {
      const declared = offered.get(name);
      const unknown = declared === undefined ? [] : scopes.filter((scope) => !declared.has(scope));
      if (unknown.length === 0) return [];
      const message = `no flow of "${name}" declares the scope ${unknown.join(', ')}, so a sign-in that requests it may fail; add it to the flow's scopes or correct it`;
      return [{ message, pointer: pointerTo(pointer, name) }];
    }),
  );
}

function offeredScopes(scheme: JsonObject): Set<string> | undefined {
  const flows = Object.values(objectMember(scheme, 'flows') ?? {});
  if (flows.length === 0) return undefined;
  return new Set(flows.flatMap((flow) => Object.keys(objectMember(flow, 'scopes') ?? {})));
}

function authorizationCodeFlow(scheme: JsonObject): JsonObject | undefined {
  return objectMember(objectMember(scheme, 'flows'), 'authorizationCode');
}

/** Returns the requirements of the document and of the operations that have their own, each once. */
function requirementsOf({ demands }: CheckContext['security']): SecurityRequirement[] {
  return demands.flatMap(({ alternatives }) => alternatives);
}

/** Returns the schemes that operations require. */
function usedSchemes(security: CheckContext['security']): SecurityScheme[] {
  const names = new Set(requirementsOf(security).flatMap(({ schemes }) => schemes.map(({ name }) => name)));
  return [...security.schemes.values()].filter(({ name }) => names.has(name));
}
