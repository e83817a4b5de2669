import { parseUrl } from '../common/index.js';
import type { Diagnosis } from './diagnosis.js';
import type { TraceStep } from './trace-log.js';

/**
 * Returns advice for a sign-in whose browser was sent to the provider and has not come back. A provider that does not know the client or the
 * redirect URI shows an error page of its own and must not redirect (RFC 6749, section 4.1.2.1), so no later step tells of it.
 *
 * @returns `undefined` if the last step is not an authorization request without a problem
 */
export function notReturnedDiagnosis(status: string, steps: readonly TraceStep[]): Diagnosis | undefined {
  const last = steps.filter(({ name }) => name !== 'outcome').at(-1);
  const isAtProvider = (status === 'pending' || status === 'expired') && last?.name === 'authorization_request';
  if (!isAtProvider || last.diagnosis) return undefined;
  const url = parseUrl(last.sent?.line.replace(/^GET /, '') ?? '');
  const redirectUri = url?.searchParams.get('redirect_uri');
  const clientId = url?.searchParams.get('client_id');
  const text = [
    `The browser was sent to the provider${url ? ` (${url.host})` : ''} and has not come back. No change is needed while the user signs in there.`,
    'If the provider showed an error page of its own, it does not know the client or the redirect URI, and never redirects back:',
    `register exactly ${redirectUri ?? "the action's callback_url"} as a redirect URI (callback URL) at the provider,`,
    `and check that client_id${clientId ? ` (${clientId})` : ''} is the id of a client there and that authorization_url is right.`,
  ].join(' ');
  return { code: 'not_returned', text };
}
