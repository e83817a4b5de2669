import { textsOf, type FailureKind, type Language, type Outcome } from '../../pages/index.js';
import type { VisibleStatus } from '../flow/sign-in-status.js';

/** Returns what the result page tells the user. */
export function outcomeText(language: Language, status: VisibleStatus, domain: string, code: string | null): Outcome {
  const { outcomes } = textsOf(language);
  switch (status) {
    case 'connected':
      return { tone: 'ok', isEnd: true, ...outcomes.connected(domain) };
    case 'denied':
      return { tone: 'neutral', isEnd: true, ...outcomes.denied };
    case 'failed':
      return {
        tone: 'bad',
        isEnd: true,
        title: outcomes.failed.title(domain),
        text: outcomes.failed.text[failureKind(code)](domain),
      };
    case 'awaiting_verification':
      return { tone: 'neutral', ...outcomes.awaiting };
    default:
      return { tone: 'bad', isEnd: true, ...outcomes.expired };
  }
}

/** Maps an error code to what the user can do about it. The code itself is for the assistant's operator, who finds it in the trace. */
function failureKind(code: string | null): FailureKind {
  return FAILURES[code ?? ''] ?? 'other';
}

const FAILURES: Record<string, FailureKind> = {
  user_mismatch: 'other_user',
  action_changed: 'changed',
  iss_mismatch: 'untrusted',
  iss_missing: 'untrusted',
  // RFC 6749, sections 4.1.2.1 and 5.2: errors that only a change of the registration or the settings can fix.
  invalid_client: 'setup',
  unauthorized_client: 'setup',
  invalid_scope: 'setup',
  invalid_request: 'setup',
  invalid_target: 'setup',
  redirect_uri_mismatch: 'setup',
  unsupported_response_type: 'setup',
  unsupported_grant_type: 'setup',
  redirected: 'setup',
  unreadable_answer: 'setup',
  no_access_token: 'setup',
  egress_denied: 'setup',
  temporarily_unavailable: 'unreachable',
  server_error: 'unreachable',
  provider_unavailable: 'unreachable',
  upstream_unreachable: 'unreachable',
  upstream_timeout: 'unreachable',
};
