import { failure, type Finding } from '../finding.js';
import type { Trial } from './token-trial.js';

/** What the trials tell together. @param trials the first as the schema says, the others as it might say */
export function judgeTrials(trials: readonly [Trial, ...Trial[]]): Finding {
  const tried = trials.map(({ combination, status, verdict, said }) => ({ ...combination, status, verdict, said }));
  return { ...together(trials), detail: { tried } };
}

function together(trials: readonly [Trial, ...Trial[]]): Finding {
  const [configured] = trials;
  const granted = trials.find(({ verdict }) => verdict === 'granted');
  if (granted) return granted.finding;
  if (configured.verdict === 'accepted') return configured.finding;
  const accepted = trials.find(({ verdict }) => verdict === 'accepted');
  if (accepted) return anotherWorks(configured, accepted);
  return configured.finding.code === 'client_refused' ? noneWorks(configured.finding) : configured.finding;
}

function anotherWorks({ combination: mine, finding }: Trial, { combination: theirs }: Trial): Finding {
  const fields = (['token_exchange_method', 'authorization_content_type'] as const).filter(
    (field) => mine[field] !== theirs[field],
  );
  const change = `Set ${fields.map((field) => `${field} to ${theirs[field]}`).join(', and ')}: so the client is accepted.`;
  return failure('another_way_works', fields[0] ?? null, finding.message, change);
}

function noneWorks(finding: Finding): Finding {
  const change =
    'Set client_id and client_secret again, as they are at the provider: no way of sending them was accepted.';
  return { ...finding, field: 'client_secret', change };
}
