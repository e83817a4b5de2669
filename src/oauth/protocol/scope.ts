/** Splits the scope that a schema requests (RFC 6749, section 3.3: separated by spaces). */
export function requestedScopes(scope: string | undefined): string[] {
  return scope?.split(/\s+/).filter(Boolean) ?? [];
}

/** Splits a scope that a provider granted; some separate scopes by commas or plus signs (provider quirk 12). */
export function grantedScopes(scope: string): string[] {
  return scope.split(/[\s,+]+/).filter(Boolean);
}
