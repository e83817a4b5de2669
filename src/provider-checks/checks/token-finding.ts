import { errorFinding, okFinding, warningFinding, type Finding } from '../findings/finding.js';
import type { TokenAttempt } from './token-attempt.js';

/** The request with a made-up secret or with none, which shows what the other responses prove. */
export interface Control {
  secret: 'made_up' | 'none';
  /** Absent if the request was not sent because the provider is busy, or got no response. */
  attempt?: TokenAttempt;
}

/**
 * Summarizes the attempts at the token endpoint as one finding.
 *
 * @param attempts the first with the schema's settings, the others with different ones
 * @param control `undefined` if it was not needed
 */
export function tokenFinding(attempts: readonly [TokenAttempt, ...TokenAttempt[]], control?: Control): Finding {
  const tried = attempts.map((attempt) => ({ ...attempt.combination, ...evidence(attempt) }));
  const checked = control && { secret: control.secret, ...(control.attempt && evidence(control.attempt)) };
  return { ...summarize(attempts, control), detail: { tried, ...(checked && { control: checked }) } };
}

/** Returns whether the error does not show whether the client was accepted. */
export function isUnclear({ finding }: TokenAttempt): boolean {
  return finding.code === 'refused_without_reason';
}

function evidence({ status, verdict, said }: TokenAttempt) {
  return { status, verdict, said };
}

function summarize(attempts: readonly [TokenAttempt, ...TokenAttempt[]], control?: Control): Finding {
  const [configured] = attempts;
  const granted = [...attempts, control?.attempt].find((attempt) => attempt?.verdict === 'granted');
  if (granted) return granted.finding;
  const accepted = attempts.find(({ verdict }) => verdict === 'accepted');
  if (accepted) {
    const isVerified = control === undefined || control.attempt?.verdict === 'refused';
    if (configured.verdict !== 'accepted') return otherCombinationFinding(configured, accepted, isVerified);
    return isVerified ? configured.finding : unverifiedFinding(configured, control);
  }
  const unclear = attempts.find(isUnclear);
  if (unclear)
    return unclear === configured && isClientRefusal(control)
      ? distinguishedFinding(unclear, control)
      : configured.finding;
  if (control?.attempt?.verdict === 'accepted') return unwantedSecretFinding(control.attempt);
  return configured.finding.code === 'client_refused'
    ? wrongCredentialsFinding(configured.finding)
    : configured.finding;
}

/** Diagnoses of a refused client. */
const CLIENT_REFUSALS = new Set(['client_refused', 'client_secret_wrong', 'client_method_unsupported']);

function isClientRefusal(control: Control | undefined): control is Control & { attempt: TokenAttempt } {
  return control?.secret === 'made_up' && CLIENT_REFUSALS.has(control.attempt?.finding.code ?? '');
}

/** The error of the code has no known words, but the server refuses a made-up secret with another one. */
function distinguishedFinding({ said, status }: TokenAttempt, { attempt }: { attempt: TokenAttempt }): Finding {
  const [real, madeUp] = [said ?? `status ${status}`, attempt.said ?? `status ${attempt.status}`];
  const message = `The token URL accepts the client: it refuses the random code (${real}), and a made-up secret with another error (${madeUp}).`;
  return okFinding('client_accepted', 'token_url', message);
}

function otherCombinationFinding(
  { combination: configured, finding }: TokenAttempt,
  { combination: accepted }: TokenAttempt,
  isVerified: boolean,
): Finding {
  const fields = (['token_exchange_method', 'authorization_content_type'] as const).filter(
    (field) => configured[field] !== accepted[field],
  );
  const settings = fields.map((field) => `${field} to ${accepted[field]}`).join(' and ');
  const change = isVerified
    ? `Set ${settings}: the provider accepts the client then.`
    : `Set ${settings}: the provider reads the request then. Whether client_secret is right could not be verified; a sign-in shows it.`;
  return errorFinding('another_way_works', fields[0] ?? null, finding.message, change);
}

/** The code was refused, but nothing shows that the server looked at the secret before. */
function unverifiedFinding({ status, said }: TokenAttempt, { attempt }: Control): Finding {
  const response = said ? `${said}, status ${status}` : `status ${status}`;
  const message =
    attempt?.verdict === 'accepted'
      ? `The token URL responds to a made-up secret as it does to client_secret (${response}): it validates the code before the client, so client_secret could not be verified.`
      : `The token URL refuses only the random code (${response}), but a control request with a made-up secret got no usable response, so client_secret could not be verified.`;
  const change =
    attempt?.verdict === 'accepted'
      ? 'Compare client_secret with its value at the provider, then try a sign-in, which shows whether it is right.'
      : 'Check again in a few minutes, or try a sign-in, which shows whether client_secret is right.';
  return warningFinding('client_secret_unverified', 'client_secret', message, change);
}

function unwantedSecretFinding({ said, status }: TokenAttempt): Finding {
  const message = `The token URL refuses the client with client_secret, but accepts it without one (${said ?? `status ${status}`}): it is registered as a public client.`;
  const change =
    'Remove client_secret from the schema and keep pkce at "auto", or register the client as a confidential (web) client at the provider and set client_secret to its secret.';
  return errorFinding('client_secret_unwanted', 'client_secret', message, change);
}

function wrongCredentialsFinding(finding: Finding): Finding {
  const change =
    'Set client_id and client_secret again to the values at the provider: they were rejected with every token_exchange_method.';
  return { ...finding, field: 'client_secret', change };
}
