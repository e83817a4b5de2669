import { errorTexts, type ErrorTexts } from './error-texts.js';
import { looksLike } from './body-format.js';

/**
 * What a response without a token is about:
 *
 * - `grant`: the code, the refresh token, or the user's consent. It has ended, whatever the client does
 * - `client`: the client's id, secret or permissions
 * - `scope`, `grant_type`, `request`, `content_type`, `endpoint`: a setting of the request
 * - `temporary`: the provider asks to retry, or fails
 * - `other`: an error in words of the provider's own
 * - `unreadable`: a page, an empty body, or an error that says nothing
 */
export type Concern =
  | 'grant'
  | 'client'
  | 'scope'
  | 'grant_type'
  | 'request'
  | 'content_type'
  | 'endpoint'
  | 'temporary'
  | 'other'
  | 'unreadable';

/** An error response of a token endpoint, as read by {@link readRejection}. */
export interface Rejection {
  readonly concern: Concern;
  /** The provider's error code; `undefined` if it sent none. */
  readonly code?: string;
  /** The provider's description of the error. */
  readonly description?: string;
}

/** Statuses that ask to retry (RFC 9110, sections 15.5.8 and 15.5.9; RFC 8470; RFC 6585), or that a proxy sends. */
const TEMPORARY = [407, 408, 425, 429];

/** Statuses with which a server rejects a grant. RFC 6749, section 5.2, knows 400 and 401 only. */
const REJECTING = [200, 400, 401, 403, 410, 422];

/**
 * Recognizes what an error response of a token endpoint is about, in whatever words, nesting and format. Providers use dozens of dialects
 * for `invalid_grant` (RFC 6749, section 5.2).
 *
 * @param errorPath a JSON pointer to the error, if the schema has one
 */
export function readRejection({ status, body }: { status: number; body: string }, errorPath?: string): Rejection {
  const texts = errorTexts(body, errorPath);
  const isStructured = ['json', 'form'].includes(looksLike(body));
  const concern = concernOf(status, isStructured, texts);
  // A line of text that no rule recognizes may be anything, such as a token: it is not quoted.
  if (!isStructured && concern === 'unreadable') return { concern };
  return { concern, code: texts.code, description: texts.description };
}

/** Tells whether a status asks to retry, whatever the body says. */
export function isTemporaryStatus(status: number): boolean {
  return status >= 500 || TEMPORARY.includes(status);
}

function concernOf(status: number, isStructured: boolean, texts: ErrorTexts): Concern {
  // `temporarily_unavailable` with status 500 rejects nothing, but `invalid_grant` does.
  if (isTemporaryStatus(status)) return texts.code === 'invalid_grant' ? 'grant' : 'temporary';
  const said = concernOfTexts(texts, status);
  if (said !== 'other' && said !== 'unreadable') return said;
  if ((status >= 300 && status < 400) || status === 404 || status === 405) return 'endpoint';
  if (status === 415) return 'content_type';
  const isRejection = REJECTING.includes(status) && (status >= 400 || texts.isError);
  return said === 'other' && isStructured && isRejection ? 'other' : 'unreadable';
}

function concernOfTexts({ codes, sentences, objects }: ErrorTexts, status: number): Concern {
  return (
    firstConcern(codes, CODES) ??
    firstConcern([...sentences, ...objects], SENTENCES) ??
    firstConcern(codes, status === 401 ? VAGUE_CODES_OF_401 : VAGUE_CODES) ??
    ([...codes, ...sentences].every((text) => SAYS_NOTHING.test(text)) ? 'unreadable' : 'other')
  );
}

type Patterns = readonly (readonly [Concern, RegExp])[];

/** Returns the concern of the first text that a pattern matches. */
function firstConcern(texts: readonly string[], patterns: Patterns): Concern | undefined {
  for (const text of texts) {
    const found = patterns.find(([, pattern]) => pattern.test(text));
    if (found) return found[0];
  }
  return undefined;
}

/*
 * The patterns below apply to normalized texts: lower case, without quotes and underscores, `granttype` for `grant_type`, `endpoint` for the
 * token endpoint, and `client credentials` for the Authorization header.
 */

/** What can end: a token, or what it stands for. */
const GRANT =
  '(?:(?:refresh|access|auth|oauth2?|authentication|authori[sz]ation|verification|bearer|user|login|subject|long lived) )*(?:tokens?|grants?|sessions?|jeton|sitzung|sesión|(?:auth\\w*|verification) code)';

const PAST = '(?:is |are |has |have |was |were |been |already |or )*';

/** How it has ended. Other languages than English occur in descriptions of a few providers. */
const ENDED = `(?:${PAST}(?:${[
  'invalid\\w*|expired|revoked|(?:re)?used|redeemed|consumed|withdrawn|cancel\\w*|deleted|removed|disabled|deactivated|terminated|replaced',
  'superseded|rotated|blacklisted|blocked|ended|lapsed|logged out|timed out|expir\\w*|unknown|unrecogni[sz]ed|bad|wrong|incorrect|malformed',
  'stale|inactive|outdated|too old|no longer|mismatch|rejected|denied',
  'not (?:be )?(?:found|valid\\w*|active|recogni[sz]ed|known|exist\\w*|usable|match\\w*|belong\\w*|issued|verified|decrypted|decoded|parsed|refreshed)',
  '(?:cannot|ca not|could not|unable to) (?:be )?(?:found|find|verif\\w*|validate\\w*|decrypt\\w*|decode\\w*|parse\\w*|use\\w*|recogni[sz]e\\w*|refresh\\w*)',
  'ungültig\\w*|abgelaufen\\w*|widerrufen\\w*|caducad\\w*|inválid\\w*|revocad\\w*|révoqué\\w*|invalide|expiré\\w*|scadut\\w*|verlopen|ongeldig\\w*',
].join('|')}))`;

const CLIENT =
  '(?:client|consumer|application|app|developer)(?: (?:id|identifier|secret|key|credentials?|assertion|password))*';

/** The text between the two words of a pattern, within one sentence. */
const GAP = '[^.;]{0,60}?(?<!\\p{L})';
const END = '(?!\\p{L})';
const FILLER = '(?: (?:the|a|an|your|this|provided|or|given|user|s|parameter|value|field|for))*';

/** Codes are matched as a whole. */
const CODES: Patterns = [
  ['grant_type', /\bgranttype\b|^unsupported (?:grant|response)/],
  ['grant', new RegExp(`^(?:error )?${ENDED} (?:${GRANT}|code|auth)(?: error| exception)?$`, 'u')],
  ['grant', new RegExp(`^(?:${GRANT}|code|auth|consent|account|user) ${ENDED}(?: error| exception)?$`, 'u')],
  ['grant', /^(?:user )?(?:login|interaction|consent|account selection|re ?auth\w*) (?:is )?(?:required|needed)$/],
  ['grant', /^(?:not authed|no such (?:token|grant|session)|token error|reconnect required|oauth exception 190)$/],
  ['scope', /^(?:invalid|unknown|unsupported|bad|missing|insufficient|malformed) scopes?$/],
  ['scope', /^scopes? (?:is |are |not )*(?:invalid|allowed|unknown|missing)$/],
  ['client', new RegExp(`^(?:${ENDED}|missing|no|suspended) ${CLIENT}(?: error| exception)?$`, 'u')],
  [
    'client',
    new RegExp(`^${CLIENT} (?:auth\\w* )?(?:is |not )*(?:${ENDED}|failed|suspended|allowed|missing|required)$`, 'u'),
  ],
  [
    'temporary',
    /\b(?:temporar\w+|server error|internal error|unavailable|slow down|rate ?limit\w*|throttl\w*|too many requests|quota|timeout|overloaded|maintenance|backend error)\b/,
  ],
];

const SENTENCES: Patterns = [
  [
    'grant',
    /\b(?:re ?auth\w+|log ?in|sign ?in|consent|interaction|reconnect\w*) (?:is |are |was )?(?:required|needed|again)\b/,
  ],
  [
    'grant',
    /\b(?:must|please|needs? to|ha[sv]e? to|should) (?:\w+ ){0,2}?(?:re ?auth\w+|log ?in|sign ?in|reconnect|authori[sz]e|consent)\b/,
  ],
  ['grant', new RegExp(`(?<!\\p{L})\\p{L}*?${GRANT}${END}${GAP}${ENDED}${END}`, 'u')],
  ['grant', new RegExp(`(?<!\\p{L})${ENDED}${FILLER} ${GRANT}${END}`, 'u')],
  [
    'grant',
    /\b(?:user|owner|account|administrator|admin|customer|member)\b[^.;]{0,40}?\b(?:revoked|withdrew|removed|uninstalled|deauthori[sz]ed|disconnected|disabled|deleted|deactivated|suspended|logged out)\b/,
  ],
  [
    'grant',
    /\b(?:access|consent|authori[sz]ation|permissions?) (?:has |have |was |were |is |are |been )*(?:revoked|expired|withdrawn|removed|no longer)\b/,
  ],
  ['grant', /\bpassword\b[^.;]{0,30}\b(?:changed|reset)\b/],
  [
    'client',
    new RegExp(
      `\\b${CLIENT}\\b${GAP}(?:${ENDED}|fail(?:s|ed)|suspended|not allowed|(?:not |un)authori[sz]ed|missing|required|must)${END}`,
      'u',
    ),
  ],
  ['client', new RegExp(`(?<!\\p{L})(?:${ENDED}|missing|authenticate|validating)${FILLER} ${CLIENT}\\b`, 'u')],
  ['scope', new RegExp(`\\bscopes?\\b${GAP}(?:${ENDED}|not (?:allowed|permitted|supported)|exceeds?)${END}`, 'u')],
  ['scope', new RegExp(`(?<!\\p{L})(?:${ENDED}|unsupported)${FILLER} scopes?\\b`, 'u')],
  ['grant_type', /\bgranttype\b/],
  [
    'temporary',
    /\b(?:temporar\w+|(?:try|retry) (?:\w+ ){0,2}?(?:later|in|after)|rate ?limit\w*|too many|request limit|throttl\w*|service (?:is )?(?:currently |not )?(?:un)?available|internal (?:server )?error|maintenance|overload\w*|busy|(?:request|gateway|server|operation|upstream|connection|backend) (?:has )?timed? ?out)\b/,
  ],
  ['content_type', /\b(?:content|media) type\b/],
  [
    'request',
    /\b(?:missing|required|must (?:contain|have|include|be|not)|unsupported|unexpected|redirect ur[il]|malformed|parameter)\b/,
  ],
];

/** Codes that say more only with their description. */
const VAGUE_CODES: Patterns = [
  ['grant', /^access denied$/],
  ['client', /^(?:unauthori[sz]ed client|client)$/],
  ['request', /^(?:invalid request|missing parameters?|unsupported .*)$/],
];

/** Auth0, and products built on it, reject a client with 401 and `access_denied`. */
const VAGUE_CODES_OF_401: Patterns = [['client', /^access denied$/], ...VAGUE_CODES];

/** Texts that a framework or a proxy writes for any error. */
const SAYS_NOTHING =
  /^(?:(?:an? )?(?:http |api |oauth |oauth2 |client |general |generic |unknown |unexpected |validation )*(?:error|errors|exception|failure|failed|fail)(?: has)?(?: occurred)?|bad request|unauthori[sz]ed|forbidden|not acceptable|conflict|gone|unprocessable (?:entity|content)|not found|something went wrong|oops|invalid request|request failed|fail|https?:\S+|false|true|null|none|ok|no|n\/a|about:blank|\d{1,6}|)[.! ]*$/;
