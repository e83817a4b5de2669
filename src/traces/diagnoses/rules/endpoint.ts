import { isWordy } from '../../../redaction/index.js';
import type { Facts } from './facts.js';
import {
  endpointName,
  endpointOf,
  hasAnyCode,
  hasCode,
  hostOf,
  isEndpointRequest,
  isRefused,
  isTokenRequest,
  says,
  type Rule,
} from './rule.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

const field = (facts: Facts): string => endpointOf(facts).field;

const status = ({ answer }: Facts): number => answer?.status ?? 0;

const looksLike = ({ answer }: Facts): string | undefined => answer?.looksLike;

/** What is wrong with the endpoint, by how it answered and not by what it said. */
export const ENDPOINT: readonly Rule[] = [
  {
    code: 'content_type_refused',
    matches: (facts) => status(facts) === 415 && facts.settings !== undefined,
    wrong: (facts) => `${endpointName(facts)} does not take requests as ${facts.settings?.authorization_content_type}.`,
    change: (facts) => `Set authorization_content_type to ${otherContentType(facts)}.`,
  },
  {
    code: 'rate_limited',
    matches: (facts) =>
      status(facts) === 429 || hasCode(facts, 'slow_down', 'rate_limited', 'ratelimited', 'too_many_requests'),
    wrong: (facts) => `${endpointName(facts)} asks for patience: there were too many requests.`,
    change: 'Wait, and begin again. If it happens often, ask the provider for a higher limit for your client.',
  },
  {
    code: 'provider_failing',
    matches: (facts) =>
      (status(facts) >= 500 && !hasCode(facts, 'invalid_grant')) ||
      status(facts) === 408 ||
      hasCode(facts, 'server_error', 'temporarily_unavailable', 'internal_error'),
    wrong: (facts) =>
      `The provider failed${status(facts) > 0 ? ` with status ${status(facts)}` : ''}; it did not refuse.`,
    change: (facts) =>
      `Begin again later. If it stays so, look at the provider's status page, and check ${field(facts)}: some servers fail at what they do not expect.`,
  },
  {
    code: 'endpoint_redirects',
    matches: (facts) => isEndpointRequest(facts) && status(facts) >= 300 && status(facts) < 400,
    wrong: (facts) => {
      const to = redirectHost(facts);
      return `${endpointName(facts)} redirects${to ? ` to ${to}` : ' elsewhere'}, and secrets are not sent after a redirect.`;
    },
    change: (facts) =>
      `Set ${field(facts)} to the final URL of the endpoint. If it leads to a log-in page, it is the wrong URL.`,
  },
  {
    code: 'method_refused',
    matches: (facts) => isEndpointRequest(facts) && status(facts) === 405,
    wrong: (facts) => `${endpointName(facts)} takes no POST, as every endpoint for tokens does (RFC 6749, 3.2).`,
    change: (facts) => `Set ${field(facts)} to that endpoint of the provider; this is another one, or a page.`,
  },
  {
    code: 'endpoint_not_found',
    matches: (facts) => isEndpointRequest(facts) && [404, 410].includes(status(facts)) && !hasAnyCode(facts),
    wrong: (facts) => `There is nothing at ${endpointName(facts)}: it answered with status ${status(facts)}.`,
    change: (facts) =>
      `Correct the path of ${field(facts)}: compare it with the provider's documentation, or with the endpoints in its metadata.`,
  },
  {
    code: 'answer_is_web_page',
    matches: (facts) => isTokenRequest(facts) && looksLike(facts) === 'html',
    wrong: (facts) => `${endpointName(facts)} answered a web page (status ${status(facts)}).`,
    change: (facts) =>
      `Set ${field(facts)} to the provider's token endpoint, which answers JSON; a log-in page, a single-page app or a firewall is there now.`,
  },
  {
    code: 'form_expected',
    matches: (facts) => sends(facts, JSON_TYPE) && (lostParameters(facts) || says(facts, /urlencoded/i)),
    wrong: (facts) => `${endpointName(facts)} did not find the parameters of the request, which were sent as JSON.`,
    change: `Set authorization_content_type to ${FORM}.`,
  },
  {
    code: 'json_expected',
    matches: (facts) =>
      sends(facts, FORM) &&
      (lostParameters(facts) ||
        says(
          facts,
          /\bjson\b.*(?:body|request|expect|parse|valid|content)|(?:expect|parse|must be|valid|content).*\bjson\b|\bbody\.\w+ should be/i,
        )),
    wrong: (facts) => `${endpointName(facts)} did not find the parameters of the request, which were sent as a form.`,
    change: `Set authorization_content_type to ${JSON_TYPE}.`,
  },
];

/** Where the endpoint answered, and neither with tokens nor with an error that is known. */
export const UNREADABLE: readonly Rule[] = [
  {
    code: 'token_elsewhere',
    matches: ({ settings, details, granted }) =>
      granted === undefined && details?.tokenPath !== undefined && details.tokenPath !== (settings?.token_path ?? ''),
    wrong: (facts) =>
      `The answer has its access_token ${facts.details?.tokenPath ? 'inside of another object' : 'at the top'}, and not where token_path says.`,
    change: ({ details }) =>
      details?.tokenPath ? `Set token_path to ${quotedPath(details.tokenPath)}.` : 'Take token_path out of the schema.',
  },
  {
    code: 'answer_empty',
    matches: (facts) => isTokenRequest(facts) && looksLike(facts) === 'empty',
    wrong: (facts) => `${endpointName(facts)} answered nothing (status ${status(facts)}).`,
    change: (facts) =>
      `Check ${field(facts)}, and look into the provider's log for the reason. With status 400 or 401, check client_id, client_secret and token_exchange_method.`,
  },
  {
    code: 'answer_without_content_type',
    matches: (facts) => looksLike(facts) === 'text' && !facts.answer?.contentType,
    wrong: (facts) => `${endpointName(facts)} answered text without a Content-Type, which is neither JSON nor a form.`,
    change: (facts) =>
      `Set ${field(facts)} to the token endpoint. If it is your own server, let it answer JSON as application/json (RFC 6749, 5.1).`,
  },
  {
    code: 'access_token_missing',
    matches: (facts) => hasCodeOfOurs(facts, 'no_access_token') && !isRefused(facts),
    wrong: (facts) => `${endpointName(facts)} answered without an access_token (status ${status(facts)}).`,
    change:
      'If the answer of this step has the token inside of another object, set token_path to the JSON pointer of that object; if it is an error, set error_path to that of its code.',
  },
  {
    code: 'access_token_unusable',
    matches: (facts) => hasCodeOfOurs(facts, 'invalid_token'),
    wrong: 'The access_token of the answer has characters in it, or a length, that no Authorization header can carry.',
    change: 'Let the provider grant tokens of visible characters (RFC 6750, 2.1), of at most 16,384.',
  },
  {
    code: 'answer_unreadable',
    matches: (facts) => hasCodeOfOurs(facts, 'unreadable_answer'),
    wrong: (facts) => `${endpointName(facts)} answered neither JSON nor a form (status ${status(facts)}).`,
    change: (facts) =>
      `Set ${field(facts)} to the token endpoint of the provider. If it is right, look into the provider's log: the answer may have broken off.`,
  },
];

/** As it is, unless a name in it may be something else than a name. */
function quotedPath(pointer: string): string {
  const isOfNames = pointer.split('/').every((name) => name === '' || isWordy(name) || /^\d{1,3}$/.test(name));
  return isOfNames ? `"${pointer}"` : 'the JSON pointer of that object';
}

function hasCodeOfOurs({ error, phase }: Facts, code: string): boolean {
  return error?.code === code && phase !== 'callback';
}

function sends(facts: Facts, contentType: string): boolean {
  return isTokenRequest(facts) && facts.settings?.authorization_content_type === contentType;
}

/** It misses what every token request has. */
function lostParameters(facts: Facts): boolean {
  return says(
    facts,
    /grant[ _]type\S* .*(?:missing|required|not (?:found|provided|specified|present)|should be|must be|empty|null|undefined)|(?:missing|required|no|without|specify|must contain)\b.{0,60}grant[ _]type/i,
  );
}

/** A relative one stays at the host of the endpoint. */
function redirectHost(facts: Facts): string | undefined {
  const location = facts.answer?.location ?? '';
  const { url } = endpointOf(facts);
  return hostOf(location !== '' && URL.canParse(location, url) ? new URL(location, url).href : undefined);
}

function otherContentType({ settings }: Facts): string {
  return settings?.authorization_content_type === FORM ? JSON_TYPE : FORM;
}
