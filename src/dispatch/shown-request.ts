import { staticHeaders, type Credential, type PlannedCall } from '../credentials/index.js';
import { CountersignError, HIDDEN, hider } from '../common/index.js';
import type { BuiltRequest } from '../openapi/index.js';
import type { SentRequest } from './call.dto.js';

/** Names that people give to credentials, should somebody have put one where it does not belong. */
const SOUNDS_SECRET = /auth|key|token|secret|passw|credential|session|signature|cookie/i;

/** What comes before a credential and is none itself. */
const SCHEME = /^(Bearer|Basic) /i;

/**
 * A request as it goes out, to be shown: whatever authenticates reads `[HIDDEN]`, by its place, however short it is; and the credential
 * is taken out of everything else too, in every spelling.
 */
export function shownRequest(
  { method, url, headers, body }: Pick<BuiltRequest, 'method' | 'url' | 'headers' | 'body'>,
  { action }: PlannedCall,
  credential: Credential,
): Omit<SentRequest, 'milliseconds'> {
  const hide = hider(credential.secrets);
  const fixed = staticHeaders(action.authSettings);
  const shown = Object.entries(headers).map(([name, value]) => {
    if (isCredential(name, value, credential, fixed)) return [name, hidden(name, value)];
    return [name, hide(value)];
  });
  return {
    method,
    url: hide(withoutQueryCredential(url, credential.query)),
    headers: Object.fromEntries(shown),
    body: shownBody(body, hide),
  };
}

/** The failure of a call, with the request that it had, where somebody asked for it. */
export function showing(request: SentRequest | undefined, failure: unknown): unknown {
  if (!request || !(failure instanceof CountersignError)) return failure;
  const { code, message, errors, cause = failure } = failure;
  return new CountersignError(code, message, errors, { cause, extensions: { request } });
}

/** What the credential brings and is not the action's static header; cookies; and static headers that are secrets by their name. */
function isCredential(
  name: string,
  value: string,
  { headers }: Credential,
  fixed: Readonly<Record<string, string>>,
): boolean {
  if (name === 'cookie' || name === 'authorization') return true;
  if (headers[name] === undefined) return false;
  return fixed[name] !== value || SOUNDS_SECRET.test(name);
}

function hidden(name: string, value: string): string {
  if (name === 'cookie') return value.replaceAll(/=[^;]*/g, `=${HIDDEN}`);
  const [scheme = ''] = name === 'authorization' ? (SCHEME.exec(value) ?? []) : [];
  return `${scheme}${HIDDEN}`;
}

/** As a server decodes names; all other pairs stay as they were written. */
function withoutQueryCredential(url: string, query: Readonly<Record<string, string>> = {}): string {
  const start = url.indexOf('?');
  if (start === -1 || Object.keys(query).length === 0) return url;
  const pairs = url.slice(start + 1).split('&');
  const shown = pairs.map((pair) => {
    const [name = ''] = new URLSearchParams(pair).keys();
    return name in query ? `${pair.split('=', 1)[0]}=${HIDDEN}` : pair;
  });
  return `${url.slice(0, start)}?${shown.join('&')}`;
}

function shownBody(body: BuiltRequest['body'], hide: (text: string) => string): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? hide(body) : `(${body.byteLength} bytes)`;
}
