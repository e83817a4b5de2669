import { type DocumentSecurity, type SecurityScheme } from '@countersign/openapi';
import { authOfScheme, type SuggestedAuth } from './security-scheme-auth.js';

/**
 * Suggests an action's authentication fields from the security schemes of its document.
 *
 * A scheme that the document as a whole requires comes first, then the one that most operations require, then the only one there is. Among
 * alternatives, one by which users sign in is preferred.
 *
 * @param serverUrl the URL of the API; relative URLs are resolved against it
 * @returns the fields, at most about 12 KB; `undefined` if no scheme is supported
 */
export function suggestAuth(security: DocumentSecurity, serverUrl: string): SuggestedAuth | undefined {
  const uses = countUses(security);
  const schemes = [...security.schemes.values()].flatMap((scheme) => supportedScheme(scheme, uses, serverUrl));
  const required = new Set(security.requirements.flatMap(({ schemes }) => schemes.map(({ name }) => name)));
  const named = schemes.filter(({ name }) => required.has(name));
  const candidates = named.length > 0 ? named : mostUsed(schemes);
  return candidates.toSorted((one, other) => rank(one.auth) - rank(other.auth))[0]?.auth;
}

/** How a document's operations use a scheme. */
interface Use {
  operations: number;
  scopes: Set<string>;
}

interface SupportedScheme {
  name: string;
  auth: SuggestedAuth;
  operations: number;
}

/** Counts the operations that use each scheme, by name, and collects the scopes that they require. */
function countUses({ demands }: DocumentSecurity): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const { alternatives, operations } of demands) {
    if (operations === 0) continue;
    const required = alternatives.flatMap(({ schemes }) => schemes);
    for (const name of new Set(required.map((scheme) => scheme.name))) {
      const use = uses.get(name) ?? { operations: 0, scopes: new Set() };
      uses.set(name, { ...use, operations: use.operations + operations });
    }
    for (const { name, scopes } of required) for (const scope of scopes) uses.get(name)?.scopes.add(scope);
  }
  return uses;
}

function supportedScheme(scheme: SecurityScheme, uses: ReadonlyMap<string, Use>, serverUrl: string): SupportedScheme[] {
  const { name, object } = scheme;
  const { operations = 0, scopes = [] } = uses.get(name) ?? {};
  const auth = authOfScheme(object, [...scopes], serverUrl);
  return auth === undefined ? [] : [{ name, auth, operations }];
}

function mostUsed(schemes: readonly SupportedScheme[]): SupportedScheme[] {
  const max = schemes.reduce((count, { operations }) => Math.max(count, operations), 0);
  return max > 0 || schemes.length === 1 ? schemes.filter(({ operations }) => operations === max) : [];
}

/** A sign-in for each user ranks before a shared key, and endpoints in the document before endpoints to be discovered. */
function rank(auth: SuggestedAuth): number {
  if (auth.type !== 'oauth') return 2;
  return 'issuer' in auth ? 1 : 0;
}
