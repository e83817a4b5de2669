import type { Clock } from '../../common/index.js';
import { diagnose, type TraceStep } from '../../traces/index.js';
import { redactRequest } from '../../redaction/index.js';
import type { SignInRefusedError } from './sign-in-refused.error.js';

/** The browser came back from the provider. */
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
    decision: 'the browser came back from the provider',
  };
}

/** It came back in a way in which no sign-in can go on. */
export function refusedStep(
  redirectUri: string,
  query: Record<string, unknown>,
  reason: SignInRefusedError['reason'],
  clock: Clock,
): TraceStep {
  const refusal = reason === 'unknown' ? 'unknown_state' : reason;
  return {
    ...callbackStep(redirectUri, query, clock),
    decision: `the browser was turned away: ${reason}`,
    diagnosis: diagnose({ phase: 'callback', redirectUri, refusal }),
  };
}
