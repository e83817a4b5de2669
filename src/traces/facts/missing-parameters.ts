/** One issue of a validation library such as zod, as JSON text. The last one may be cut off, so the text is not parsed as a whole. */
const ISSUE = /\{[^{}]*"path"\s*:\s*\[[^\]]*"(?<name>[\w.-]{1,64})"\s*\][^{}]*(?:\}|$)/g;

/** The words for an absent value, in versions 3 and 4 of zod and in other libraries. */
const ABSENT = /"received"\s*:\s*"undefined"|received\s+undef|"code"\s*:\s*"required"|"message"\s*:\s*"required/i;

/**
 * Returns the parameters that a validation error calls missing. Servers that validate requests with a schema send the issues as JSON text in
 * `error_description`, such as `[{"code":"invalid_type","received":"undefined","path":["code_challenge"]}]`.
 */
export function missingParameters(description = ''): string[] {
  const issues = [...description.matchAll(ISSUE)].filter(([issue]) => ABSENT.test(issue));
  return [...new Set(issues.flatMap(({ groups }) => groups?.['name'] ?? []))];
}
