import { type JsonObject, stringMember, textsOf } from '../document/json.js';

/**
 * Returns the servers of `host`, `basePath` and `schemes`: the https one, or the http one if that is the only scheme. A document without a host is
 * served by the host that it came from (OAS 2.0, "Swagger Object").
 */
export function serversOf(json: JsonObject): JsonObject[] {
  const host = (stringMember(json, 'host') ?? '').trim().replace(/\/+$/, '');
  const basePath = (stringMember(json, 'basePath') ?? '').trim();
  const path = basePath === '' || basePath.startsWith('/') ? basePath : `/${basePath}`;
  if (host === '') return path === '' ? [] : [{ url: path }];
  if (/^https?:\/\//i.test(host)) return [{ url: host + path }];
  return [{ url: `${schemeOf(textsOf(json, 'schemes'))}://${host}${path}` }];
}

/** Returns the scheme that calls use, https by default. */
export function schemeOf(schemes: readonly unknown[]): 'https' | 'http' {
  return schemes.includes('http') && !schemes.includes('https') ? 'http' : 'https';
}
