/** A well-known path that is inserted before the path of an identifier (RFC 8414, section 3.1). */
const WELL_KNOWN = /^(\/\.well-known\/[^/?]+)(\/[^?]*)/;

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
  const path = basePath === '' ? target : withoutBase(withoutInsertedBase(target, basePath), basePath);
  return path.startsWith('/aip/') ? path.replace(CALLBACK_WITH_SLASH, '$1') : path;
}

function withoutBase(target: string, basePath: string): string {
  if (!target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : target;
}

/** Removes the base path from behind a well-known path, where clients insert the latter into a URL of ours. */
function withoutInsertedBase(target: string, basePath: string): string {
  const [prefix, wellKnown = '', path = ''] = WELL_KNOWN.exec(target) ?? [];
  if (prefix === undefined || !path.startsWith(`${basePath}/`)) return target;
  return wellKnown + path.slice(basePath.length) + target.slice(prefix.length);
}
