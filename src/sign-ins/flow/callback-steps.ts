import type { Action } from '../../actions/index.js';
import type { Clock } from '../../common/index.js';
import type { OAuthSettings } from '../../oauth/index.js';
import { diagnose, type TraceStep } from '../../traces/index.js';
import { redactRequest } from '../../redaction/index.js';
import { callbackParameters } from './callback-parameters.js';
import type { SignInRefusedError } from './sign-in-refused.error.js';

/** Returns the trace step of a callback. */
export function callbackStep(redirectUri: string, query: Record<string, unknown>, clock: Clock): TraceStep {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(query)) {
    for (const text of [value].flat()) if (typeof text === 'string') url.searchParams.append(name, text);
  }
  const secrets = [query['code'], query['state']].filter((value) => typeof value === 'string');
  return {
    name: 'callback',
    at: clock.now().toISOString(),
    sent: redactRequest({ method: 'GET', url: url.href }, secrets),
    decision: 'the browser returned from the provider',
  };
}

/** Returns the trace step of a callback that the browser opened again. */
export function repeatedCallbackStep(redirectUri: string, query: Record<string, unknown>, clock: Clock): TraceStep {
  const decision = 'the browser opened the callback again, and was shown the result';
  return { ...callbackStep(redirectUri, query, clock), decision };
}

/** Returns the trace step of a callback that was rejected. */
export function rejectedCallbackStep(
  redirectUri: string,
  query: Record<string, unknown>,
  reason: SignInRefusedError['reason'],
  clock: Clock,
  { authSettings, authSecrets }: Pick<Action, 'authSettings' | 'authSecrets'>,
): TraceStep {
  const rejection = reason === 'unknown' ? 'unknown_state' : reason;
  const { error: code, errorDescription: description } = callbackParameters(query);
  // The action may have another schema by now.
  const isOAuth = typeof authSettings['authorization_url'] === 'string';
  const settings = isOAuth && { ...(authSettings as unknown as OAuthSettings), hasSecret: authSecrets !== null };
  return {
    ...callbackStep(redirectUri, query, clock),
    decision: `the callback was rejected: ${reason}`,
    diagnosis: diagnose({
      phase: 'callback',
      redirectUri,
      rejection,
      ...(settings && { settings }),
      ...(code !== undefined && { error: { code, description } }),
    }),
  };
}
