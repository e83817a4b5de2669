import { mintKey, newId } from '../../../src/common/index.js';
import type { Canaries } from '../../support/canaries.js';
import type { GoodRequest } from './good-requests.js';

/** A request with a secret in a wrong place. */
export interface Misplaced {
  where: string;
  /** The pasted secret, to search for in the response. */
  secret: string;
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Operation {
  parameters?: { in: string; name: string }[];
}

/** Returns requests with a key in every place where one may be pasted by mistake. @param ids valid values of the path's parameters */
export function misplacedIn(
  route: string,
  operation: Operation,
  ids: Record<string, string>,
  { body = {} }: Partial<GoodRequest>,
): Misplaced[] {
  const [method = '', template = ''] = route.split(' ');
  const fill = (wrong: Record<string, string> = {}) =>
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => wrong[name] ?? ids[name] ?? '');
  const path = fill();
  const takesBody = ['POST', 'PUT', 'PATCH'].includes(method);
  const ofBody = takesBody ? { body } : {};
  const each = (where: string, make: (secret: string) => Partial<Misplaced>): Misplaced => {
    const { key } = mintKey('admin', newId('key'));
    return { where, secret: key, method, path, ...ofBody, ...make(key) };
  };
  const parameters = operation.parameters ?? [];
  const named = (place: string) => parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
  return [
    ...named('path').map((name) => each(`in the path as ${name}`, (secret) => ({ path: fill({ [name]: secret }) }))),
    each('in the path behind the route', (secret) => ({ path: `${path}/${secret}` })),
    each('in a path that is not encoded well', (secret) => ({ path: `${path}/%zz${secret}` })),
    ...['api_key', 'access_token', ...named('query')].map((name) =>
      each(`in the query as ${name}`, (secret) => ({ path: `${path}?${name}=${secret}` })),
    ),
    each('in the query as a name', (secret) => ({ path: `${path}?${secret}=1` })),
    ...HEADERS.map((name) => each(`in the header ${name}`, (secret) => ({ headers: { [name]: secret } }))),
    each('in the header authorization, in another scheme', (secret) => ({
      headers: { authorization: `Basic ${secret}` },
    })),
    each('in the header x-api-key, with a typo', (secret) => ({ headers: { 'x-api-key': `${secret}x` } })),
    each('as the name of a header', (secret) => ({ headers: { [secret.replaceAll('_', '-')]: '1' } })),
    each('as the method', () => ({ method: 'PROPFIND', body: undefined })),
    ...(takesBody ? inBody(each, body) : []),
  ];
}

const HEADERS = [
  'content-type',
  'content-encoding',
  'cookie',
  'forwarded',
  'if-none-match',
  'origin',
  'referer',
  'traceparent',
  'user-agent',
  'x-forwarded-for',
  'x-request-id',
];

type Each = (where: string, make: (secret: string) => Partial<Misplaced>) => Misplaced;

function inBody(each: Each, body: Record<string, unknown>): Misplaced[] {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return [
    each('in a body that is broken', (secret) => ({ body: `{"name": "${secret}` })),
    each('in a body that is no object', (secret) => ({ body: JSON.stringify(secret) })),
    each('in a body that is not quoted', (secret) => ({ body: secret })),
    each('in a form', (secret) => ({ body: `name=${secret}`, headers: form })),
    each('in the body as the name of a field', (secret) => ({ body: { ...body, [secret]: secret } })),
    each('in the body as a prototype', (secret) => ({ body: `{"__proto__": {"name": "${secret}"}}` })),
    ...Object.keys(body).flatMap((name) => [
      each(`in the body as ${name}`, (secret) => ({ body: { ...body, [name]: secret } })),
      each(`in the body below ${name}`, (secret) => ({ body: { ...body, [name]: { [secret]: [secret] } } })),
    ]),
  ];
}

/** Registers a pasted secret as rejected, or as data if the request was accepted. */
export function watchPasted(
  secret: string,
  where: string,
  isAccepted: boolean,
  to: Record<'refused' | 'asData', Canaries>,
) {
  to[isAccepted ? 'asData' : 'refused'].watchKey(where, secret);
}
