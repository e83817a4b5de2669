import { parseUrl } from '../common/index.js';

/** The first segments of this server's own paths. A test compares them with the routes. */
export const OWN_SEGMENTS: readonly string[] = [
  '.well-known',
  'aip',
  'connected',
  'console',
  'docs',
  'docs-json',
  'docs-yaml',
  'healthz',
  'llms.txt',
  'mcp',
  'metrics',
  'readyz',
  'signin',
  'v1',
];

/** Finds what is wrong with a `PUBLIC_URL`. @returns `undefined` if it can be used */
export function publicUrlError(text: string): string | undefined {
  const url = parseUrl(text);
  if (!url) return 'must be an http or https URL';
  if (url.username || url.password || /[?#]/.test(text)) return 'must have no user name, query or fragment';
  if (!/^[\w.~/-]*$/.test(url.pathname) || /.\/\/+./.test(url.pathname))
    return 'the path may have letters, digits, "-", ".", "_" and "~", separated by single slashes';
  const [, first = ''] = url.pathname.split('/');
  return OWN_SEGMENTS.includes(first)
    ? `the path must not begin with /${first}, which is a path of Countersign itself`
    : undefined;
}
