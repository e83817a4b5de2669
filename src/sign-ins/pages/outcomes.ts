import { textsOf, type FailureKind, type Language, type Outcome } from '../../pages/index.js';
import type { SignInStatus } from '../sign-in.entity.js';

/** How a sign-in that ended, or ran out of time, reads to its user. */
export function endedOutcome(
  language: Language,
  status: SignInStatus | 'expired',
  domain: string,
  code: string | null,
): Outcome {
  const { outcomes } = textsOf(language);
  switch (status) {
    case 'connected':
      return { tone: 'ok', ...outcomes.connected(domain) };
    case 'denied':
      return { tone: 'bad', ...outcomes.denied };
    case 'failed':
      return {
        tone: 'bad',
        title: outcomes.failed.title(domain),
        text: outcomes.failed.text[failureOf(code)](domain),
      };
    case 'awaiting_verification':
      return { tone: 'bad', ...outcomes.awaiting };
    default:
      return { tone: 'bad', ...outcomes.expired };
  }
}

/** What a user can do about a failure; its code tells them nothing, whoever runs the assistant finds it in the trace. */
function failureOf(code: string | null): FailureKind {
  return FAILURES[code ?? ''] ?? 'other';
}

const FAILURES: Record<string, FailureKind> = {
  user_mismatch: 'other_user',
  action_changed: 'changed',
  iss_mismatch: 'untrusted',
  iss_missing: 'untrusted',
  // RFC 6749, sections 4.1.2.1 and 5.2: what only the client's registration or settings can mend.
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
