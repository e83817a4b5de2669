import { OAuthError } from './oauth-error.js';

/**
 * Checks the `resource` parameters of a request (RFC 8707, section 2). There is one resource for each issuer, so it may be omitted. Some
 * clients append a slash or send the origin instead.
 *
 * @param url the MCP URL
 * @throws {OAuthError} `invalid_target`: a value names another resource
 */
export function checkResource(resources: readonly string[], url: string): void {
  const { origin } = new URL(url);
  const accepted = new Set([url, `${url}/`, origin, `${origin}/`]);
  if (resources.every((resource) => accepted.has(resource))) return;
  throw new OAuthError('invalid_target', `the resource must be ${url}`);
}
