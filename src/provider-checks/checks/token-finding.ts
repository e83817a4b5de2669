import { errorFinding, type Finding } from '../findings/finding.js';
import type { TokenAttempt } from './token-attempt.js';

/**
 * Summarizes the attempts at the token endpoint as one finding.
 *
 * @param attempts the first with the schema's settings, the others with different ones
 */
export function tokenFinding(attempts: readonly [TokenAttempt, ...TokenAttempt[]]): Finding {
  const tried = attempts.map(({ combination, status, verdict, said }) => ({ ...combination, status, verdict, said }));
  return { ...summarize(attempts), detail: { tried } };
}

function summarize(attempts: readonly [TokenAttempt, ...TokenAttempt[]]): Finding {
  const [configured] = attempts;
  const granted = attempts.find(({ verdict }) => verdict === 'granted');
  if (granted) return granted.finding;
  if (configured.verdict === 'accepted') return configured.finding;
  const accepted = attempts.find(({ verdict }) => verdict === 'accepted');
  if (accepted) return otherCombinationFinding(configured, accepted);
  return configured.finding.code === 'client_refused'
    ? wrongCredentialsFinding(configured.finding)
    : configured.finding;
}

function otherCombinationFinding(
  { combination: configured, finding }: TokenAttempt,
  { combination: accepted }: TokenAttempt,
): Finding {
  const fields = (['token_exchange_method', 'authorization_content_type'] as const).filter(
    (field) => configured[field] !== accepted[field],
  );
  const settings = fields.map((field) => `${field} to ${accepted[field]}`).join(' and ');
  const change = `Set ${settings}: the provider accepts the client then.`;
  return errorFinding('another_way_works', fields[0] ?? null, finding.message, change);
}

function wrongCredentialsFinding(finding: Finding): Finding {
  const change =
    'Set client_id and client_secret again to the values at the provider: they were rejected with every token_exchange_method.';
  return { ...finding, field: 'client_secret', change };
}
