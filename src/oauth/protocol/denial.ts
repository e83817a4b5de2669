import { parseUrl } from '../../common/index.js';
import type { OAuthSettings } from './client.js';

/** An error of an authorization response (RFC 6749, section 4.1.2.1). */
export interface AuthorizationError {
  code: string;
  description?: string;
  /** A second code beside the first, such as Facebook's `error_reason`. */
  reason?: string;
}

/** Words that say that something was denied. */
const REFUSAL = `
  den(?:y|ies|ied|ial) declin(?:e|es|ed) reject(?:s|ed)? refuse[sd]? cancel(?:s|l?ed|l?ation)? abort(?:s|ed)?
  dismissed disallowed disapproved withheld optedout not(?:given|granted|consented|approved|accepted)`;

/** Words that may stand beside those in a code. Words that name another cause, such as `client`, `scope` or `policy`, are none of them. */
const CONTEXT = `
  the an a by has was on at of for to is in up
  end users? resource owner customer member person
  consents? authori[sz](?:ation|e|ed) authenticat(?:ion|e) oauth auth access log sign
  permissions? approv(?:al|e) grants? request(?:ed)? agreement
  error exception err flow dialog prompt popup window form screen page operation interaction process`;

const MAX_CODE_CHARACTERS = 64;
const MAX_DESCRIPTION_CHARACTERS = 500;

const DENIAL_CODE = denialCode(alternatives(REFUSAL), alternatives(CONTEXT));
const CLOSED_WINDOW =
  /^(?:popup|window|dialog)(?:was)?closed(?:by(?:the)?user)?$|^user(?:has)?closed(?:the)?(?:popup|window|dialog)$/;

/** Words of a code that only a user's choice explains; a policy may also deny access. */
const USERS_CHOICE = /user|owner|customer|member|person|consent|cancel|abort|declin|dismiss|closed|optedout/;

const USER = '(?:end[- ]?user|user|resource[- ]owner|owner|customer|member|you)';
const DENIED =
  '(?:denie[sd]|decline[sd]|reject(?:ed|s)|refuse[sd]|cancel(?:l?ed|s)|abort(?:ed|s)|dismissed|disallowed|closed|opted out|said no)';
const NOT = "(?:(?:did|does|do|has|have|had|would)(?: not|n['’]t)|chose not to)";
const AGREED =
  '(?:authori[sz]ed?|approved?|consent(?:ed)?|grant(?:ed)?|allow(?:ed)?|accept(?:ed)?|agreed?|permit(?:ted)?|give|given)';

/** Descriptions that name the user as the one who denied the access. "The user was denied" and "is not allowed" are none of them. */
const DESCRIPTIONS = [
  new RegExp(`\\b${USER} (?:(?:has|have|had|just|explicitly) ){0,2}${DENIED}\\b`, 'i'),
  new RegExp(`\\b${USER} ${NOT} (?:yet )?${AGREED}\\b`, 'i'),
  new RegExp(`\\b${DENIED} by (?:the |an? )?${USER}\\b`, 'i'),
  /\bconsent (?:was |has been |is )?(?:denied|declined|refused|rejected|cancel{1,2}ed|withheld|not given)\b/i,
  /\b(?:authori[sz]ation|sign[- ]?in|log[- ]?in)(?: request| process| flow)? (?:was |has been )?(?:declined|cancel{1,2}ed|aborted)\b/i,
  /\bAADSTS65004\b|\bAADB2C90091\b/,
];

/** Parameters whose value may be the code of a denial in responses without `error`. */
const CODE_PARAMETERS = ['error_reason', 'error_code', 'error_type', 'error_subcode', 'reason', 'status', 'result'];

const OFF = /^(?:0|false|no|off|null|undefined)?$/i;

/**
 * Recognizes an authorization response that says that access was denied, whatever the provider calls it.
 *
 * `consent_required` is a denial unless the request had `prompt=none`: an authorization server that may show its consent page has shown it
 * (OpenID Connect Core 1.0, section 3.1.2.6).
 *
 * @returns `user` if the user denied it, `user_or_policy` if the response leaves that open, `undefined` if it is another error
 */
export function denialOf(
  { code, description = '', reason = '' }: AuthorizationError,
  settings?: Pick<OAuthSettings, 'authorization_url' | 'authorization_params'>,
): 'user' | 'user_or_policy' | undefined {
  const text = description.slice(0, MAX_DESCRIPTION_CHARACTERS).replaceAll(/\s+/g, ' ');
  if (DESCRIPTIONS.some((pattern) => pattern.test(text)) || isUsersChoice(code) || isUsersChoice(reason)) return 'user';
  const isAskedForConsent = squeezed(code) === 'consentrequired' && settings !== undefined && !forbidsPrompts(settings);
  if (isAskedForConsent && !/AADSTS|\badmin/i.test(text)) return 'user';
  return isDenialCode(code) || isDenialCode(reason) ? 'user_or_policy' : undefined;
}

/** Finds the denial in an authorization response that has no `error`, such as `denied=1`. @returns what the provider calls it */
export function unnamedDenial(parameters: Record<string, unknown>): string | undefined {
  const texts = Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const value = texts.find(([name, text]) => CODE_PARAMETERS.includes(name) && isDenialCode(text))?.[1];
  return value ?? texts.find(([name, text]) => isDenialCode(name) && !OFF.test(text))?.[0];
}

function denialCode(refusal: string, context: string): RegExp {
  return new RegExp(`^${context}*${refusal}${context}*$`);
}

function alternatives(words: string): string {
  return `(?:${words.trim().split(/\s+/).join('|')})`;
}

function isUsersChoice(code: string): boolean {
  return isDenialCode(code) && USERS_CHOICE.test(squeezed(code));
}

function isDenialCode(code: string): boolean {
  const letters = squeezed(code);
  return code.length <= MAX_CODE_CHARACTERS && (DENIAL_CODE.test(letters) || CLOSED_WINDOW.test(letters));
}

/** Returns the letters of a code: `User-Cancelled_login` and `userCancelledLogin` are the same. */
function squeezed(code: string): string {
  return code
    .slice(0, MAX_CODE_CHARACTERS)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
}

/** Returns whether the authorization request has `prompt=none`. */
function forbidsPrompts({
  authorization_url,
  authorization_params,
}: Pick<OAuthSettings, 'authorization_url' | 'authorization_params'>): boolean {
  const prompt = authorization_params?.['prompt'] ?? parseUrl(authorization_url)?.searchParams.get('prompt') ?? '';
  return prompt.split(' ').includes('none');
}
