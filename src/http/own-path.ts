/** A redirect URI with a trailing slash, which some providers append. */
const CALLBACK_WITH_SLASH = /^(\/aip\/[^/?]+\/oauth\/callback)\/(?=\?|$)/;

/**
 * Returns the path that the router knows a request target by: without the path of `PUBLIC_URL`, which a reverse proxy may keep or strip, and
 * for callbacks without a trailing slash.
 *
 * @param target path and query of the request
 * @param basePath the path of `PUBLIC_URL`; empty if it has none
 */
export function ownPath(target: string, basePath: string): string {
  const path = basePath === '' ? target : withoutBase(target, basePath);
  return path.startsWith('/aip/') ? path.replace(CALLBACK_WITH_SLASH, '$1') : path;
}

function withoutBase(target: string, basePath: string): string {
  if (!target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : target;
}
