import { readFileSync } from 'node:fs';

/** Results of a library. */
const folder = new URL('../../packages/openapi/src/serialize/', import.meta.url);
const STANDARD = JSON.parse(readFileSync(new URL('serialization.cases.json', folder), 'utf8'));

/** @returns how many examples from the standard's tables a contender serializes as specified */
export async function standardCases(contender) {
  let passed = 0;
  for (const { document, arguments_by_location: args, expected, also_accepted: others } of STANDARD) {
    const request = await built(contender, document, args);
    if (request && [expected, ...others].some((each) => isSame(request, each))) passed += 1;
  }
  return { passed, of: STANDARD.length };
}

const SENT_ALONG = new Set(['accept', 'content-type', 'user-agent']);

function isSame({ url, headers }, expected) {
  const others = Object.entries(headers ?? {})
    .filter(([name, value]) => !SENT_ALONG.has(name.toLowerCase()) && value !== undefined)
    .map(([name, value]) => [name.toLowerCase(), String(value)])
    .toSorted();
  return (
    url === expected.url && JSON.stringify(others) === JSON.stringify(Object.entries(expected.headers ?? {}).toSorted())
  );
}

/** Arguments that must not affect other parts of a request: they are rejected, or stay in their place. */
const HOSTILE = [
  ['a path with ..', '/x/{a}/y', 'path', '..'],
  ['a path with .', '/x/{a}/y', 'path', '.'],
  ['a path with encoded dots', '/x/{a}/y', 'path', '%2e%2e'],
  ['a path with dots between slashes', '/x/{a}/y', 'path', 'b/../../c'],
  ['a path with dots between backslashes', '/x/{a}/y', 'path', String.raw`b\..\..\c`],
  ['a path with a query', '/x/{a}/y', 'path', 'b?c=1#'],
  ['an empty path', '/x/{a}/y', 'path', ''],
  ['a query with another pair', '/x', 'query', 'b&admin=1'],
  ['a query with a fragment', '/x', 'query', 'b#c'],
  ['a header with a line break', '/x', 'header', 'b\r\nx-admin: 1'],
  ['a cookie with another one', '/x', 'cookie', 'b; admin=1'],
  ['an exploded object with a name of another parameter', '/x', 'query', { limit: '9', c: '1' }],
  ['an exploded object with an undeclared name', '/x', 'query', { admin: '1' }],
];

export async function hostileCases(contender) {
  let passed = 0;
  for (const [, path, location, value] of HOSTILE) {
    const request = await built(contender, hostileDocument(path, location, value), { [location]: { a: value } });
    if (!request || isHarmless(request, path, location)) passed += 1;
  }
  return { passed, of: HOSTILE.length };
}

function hostileDocument(path, location, value) {
  const isObject = typeof value === 'object';
  const schema = isObject ? { type: 'object', properties: { c: { type: 'string' } } } : { type: 'string' };
  const limit = { name: 'limit', in: 'query', schema: { type: 'string' } };
  const parameters = [{ name: 'a', in: location, required: location === 'path', schema }, ...(isObject ? [limit] : [])];
  return {
    openapi: '3.0.3',
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { [path]: { get: { operationId: 'op', parameters, responses: { 200: { description: 'ok' } } } } },
  };
}

/** Decodes a value once more, as a server may. */
function isHarmless({ url, headers }, path, location) {
  const parsed = new URL(url);
  const again = new URL(parsed.pathname.replaceAll('%25', '%'), parsed);
  const [, segment] =
    location === 'path' ? (/^\/x\/([^/]+)\/y$/.exec(parsed.pathname) ?? []) : [undefined, parsed.pathname];
  const names = [...parsed.searchParams.keys()];
  const cookies = String(headers?.cookie ?? headers?.Cookie ?? '').split('; ');
  return (
    segment !== undefined &&
    again.pathname.split('/').length >= path.split('/').length &&
    !names.some((name) => ['admin', 'limit'].includes(name)) &&
    (location === 'query' || names.length === 0) &&
    parsed.hash === '' &&
    !Object.values(headers ?? {}).some((value) => /[\r\n]/.test(String(value))) &&
    cookies.length < 2
  );
}

/** @returns the request, or `undefined` if the library rejects the arguments */
async function built({ prepare }, document, args) {
  const [[path, item]] = Object.entries(document.paths);
  const [method] = Object.keys(item);
  try {
    const operation = await prepare(document);
    const build = await operation({ operationId: 'op', method, path }, args);
    return await build();
  } catch {
    return undefined; // a refusal, which the standard's cases count as a failure and the hostile ones as a success
  }
}
