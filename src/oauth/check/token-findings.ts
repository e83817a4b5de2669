import { failure, fine, warning, type Finding } from './finding.js';
import type { Trial, Verdict } from './token-trial.js';

const FIELD = 'token_url';

/** What the trials tell together. @param trials the first with what the schema says, the others with what it might say */
export function judgeTrials(trials: readonly Trial[], callbackUrl: string): Finding {
  const [configured] = trials;
  if (!configured) throw new Error('nothing was tried');
  return { ...together(trials, configured, callbackUrl), detail: { tried: trials } };
}

function together(trials: readonly Trial[], configured: Trial, callbackUrl: string): Finding {
  const found = (verdict: Verdict) => trials.find((trial) => trial.verdict === verdict);
  if (found('granted')) return GRANTS_WITHOUT_CODE;
  if (configured.verdict === 'accepted') return fine('client_accepted', FIELD, WHAT.accepted + saidBy(configured));
  const accepted = found('accepted');
  return accepted ? anotherWorks(configured, accepted) : noneWorks(configured, callbackUrl);
}

const GRANTS_WITHOUT_CODE = failure(
  'grants_without_code',
  FIELD,
  'the token URL answered an access token to a code that nobody has issued',
  'have the provider check codes before it grants tokens: as it is, anybody can have one',
);

function anotherWorks(configured: Trial, accepted: Trial): Finding {
  const changes = (['token_exchange_method', 'authorization_content_type'] as const).filter(
    (name) => configured[name] !== accepted[name],
  );
  const [field = FIELD] = changes;
  const change = changes.map((name) => `set ${name} to ${accepted[name]}`).join(', and ');
  return failure('another_way_works', field, `${WHAT[configured.verdict]}${saidBy(configured)}`, change);
}

function noneWorks(configured: Trial, callbackUrl: string): Finding {
  const message = `${WHAT[configured.verdict]}${saidBy(configured)}`;
  switch (configured.verdict) {
    case 'client_refused': {
      const change = 'copy client_id and client_secret again from the provider: no way of sending them was accepted';
      return failure('client_refused', 'client_secret', message, change);
    }
    case 'redirect_uri_refused':
      return failure('redirect_uri_not_registered', 'callback_url', message, `register ${callbackUrl} at the provider`);
    case 'unclear':
      return warning(
        'refused_without_reason',
        FIELD,
        message,
        'try a sign-in: whether the client is right cannot be told',
      );
    case 'busy':
      return warning(
        'busy',
        FIELD,
        message,
        'check again in some minutes; if it stays so, look into the log of the provider',
      );
    case 'redirects':
      return failure('redirects', FIELD, message, `set token_url to where it leads, or see whether it is ${SWAPPED}`);
    case 'missing':
      return failure(
        'not_found',
        FIELD,
        message,
        'check the URL, and the client_id too: some providers answer so to clients that they do not know',
      );
    case 'web_page':
      return failure('web_page', FIELD, message, `check the URL: it may be ${SWAPPED}`);
    default:
      return failure(configured.verdict, FIELD, message, 'check that the URL is that of the token endpoint');
  }
}

const SWAPPED = 'the authorization URL, and the two to be exchanged';

const WHAT: Record<Verdict, string> = {
  accepted: 'the token URL refuses nothing but the code',
  client_refused: 'the token URL refuses the client as it is sent',
  redirect_uri_refused: 'the token URL refuses the redirect URI',
  not_understood: 'the token URL does not find in the request what is there',
  unclear: 'the token URL refuses a wrong code without saying why',
  not_oauth: 'the token URL answered neither a token nor an OAuth error',
  web_page: 'the token URL answered a web page',
  redirects: 'the token URL redirects elsewhere, which no secret may follow',
  missing: 'there is nothing at the token URL that takes a POST',
  busy: 'the token URL is out of order, or asks for patience',
  no_answer: 'the token URL did not answer',
  granted: 'the token URL answered an access token',
};

function saidBy({ status, said }: Trial): string {
  return said ? `: ${said}` : ` (status ${status})`;
}
