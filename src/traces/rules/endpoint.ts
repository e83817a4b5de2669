import { parseUrl } from '../../common/index.js';
import { isWordy } from '../../redaction/index.js';
import type { Facts } from '../facts/facts.js';
import {
  absentParameters,
  endpointName,
  endpointOf,
  hasAnyCode,
  hasCode,
  isEndpointRequest,
  hasErrorText,
  isTokenRequest,
  mentions,
  type Rule,
} from './rule.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

const field = (facts: Facts): string => endpointOf(facts).field;

const status = ({ response }: Facts): number => response?.status ?? 0;

const looksLike = ({ response }: Facts): string | undefined => response?.looksLike;

/** Rules for problems with the endpoint, recognized by the kind of its response rather than by the error text. */
export const ENDPOINT: readonly Rule[] = [
  {
    code: 'content_type_refused',
    matches: (facts) => status(facts) === 415 && facts.settings !== undefined,
    problem: (facts) =>
      `${endpointName(facts)} does not accept requests of type ${facts.settings?.authorization_content_type}.`,
    change: (facts) => `Set authorization_content_type to ${otherContentType(facts)}.`,
  },
  {
    code: 'rate_limited',
    matches: (facts) =>
      status(facts) === 429 || hasCode(facts, 'slow_down', 'rate_limited', 'ratelimited', 'too_many_requests'),
    problem: (facts) => `${endpointName(facts)} rejected the request because of its rate limit.`,
    change: 'Wait, then start again. If this happens often, ask the provider for a higher limit for your client.',
  },
  {
    code: 'provider_failing',
    matches: (facts) =>
      (status(facts) >= 500 && !hasCode(facts, 'invalid_grant')) ||
      status(facts) === 408 ||
      hasCode(facts, 'server_error', 'temporarily_unavailable', 'internal_error'),
    problem: (facts) =>
      `The provider failed${status(facts) > 0 ? ` with status ${status(facts)}` : ''}; this is not a refusal.`,
    change: (facts) =>
      `Try again later. If the problem persists, look at the provider's status page, and check ${field(facts)}: some servers fail on requests that they do not expect.`,
  },
  {
    code: 'endpoint_redirects',
    matches: (facts) => isEndpointRequest(facts) && status(facts) >= 300 && status(facts) < 400,
    problem: (facts) => {
      const to = redirectHost(facts);
      return `${endpointName(facts)} redirects${to ? ` to ${to}` : ''}, but secrets are not sent to the target of a redirect.`;
    },
    change: (facts) =>
      `Set ${field(facts)} to the final URL of the endpoint. If the redirect leads to a login page, the URL is wrong.`,
  },
  {
    code: 'method_refused',
    matches: (facts) => isEndpointRequest(facts) && status(facts) === 405,
    problem: (facts) =>
      sendsGet(facts)
        ? `${endpointName(facts)} does not accept GET requests.`
        : `${endpointName(facts)} does not accept POST requests, which token endpoints must (RFC 6749, section 3.2).`,
    change: (facts) =>
      sendsGet(facts)
        ? 'Set token_request_method to POST.'
        : `Set ${field(facts)} to the right endpoint of the provider; this is a different endpoint, or a page. If the provider documents token requests with GET, set token_request_method to GET.`,
  },
  {
    code: 'endpoint_not_found',
    matches: (facts) => isEndpointRequest(facts) && [404, 410].includes(status(facts)) && !hasAnyCode(facts),
    problem: (facts) => `${endpointName(facts)} does not exist: the server responded with status ${status(facts)}.`,
    change: (facts) =>
      `Correct the path of ${field(facts)}: compare it with the provider's documentation or with the endpoints in its metadata.`,
  },
  {
    code: 'answer_is_web_page',
    matches: (facts) => isTokenRequest(facts) && looksLike(facts) === 'html',
    problem: (facts) => `${endpointName(facts)} returned a web page (status ${status(facts)}).`,
    change: (facts) =>
      `Set ${field(facts)} to the provider's token endpoint, which returns JSON. The current URL is a login page, a single-page app or a firewall.`,
  },
  {
    code: 'form_expected',
    matches: (facts) => sends(facts, JSON_TYPE) && (missesParameters(facts) || mentions(facts, /urlencoded/i)),
    problem: (facts) => `${endpointName(facts)} did not find the parameters of the request, which were sent as JSON.`,
    change: `Set authorization_content_type to ${FORM}.`,
  },
  {
    code: 'json_expected',
    matches: (facts) =>
      sends(facts, FORM) &&
      (missesParameters(facts) ||
        mentions(
          facts,
          /\bjson\b.*(?:body|request|expect|parse|valid|content)|(?:expect|parse|must be|valid|content).*\bjson\b|\bbody\.\w+ should be/i,
        )),
    problem: (facts) => `${endpointName(facts)} did not find the parameters of the request, which were sent as a form.`,
    change: `Set authorization_content_type to ${JSON_TYPE}.`,
  },
];

/** Rules for responses that contain neither readable tokens nor a known error. */
export const UNREADABLE: readonly Rule[] = [
  {
    code: 'token_elsewhere',
    matches: (facts) => {
      const path = tokenPathOf(facts);
      return facts.granted === undefined && path !== undefined && path !== (facts.settings?.token_path ?? '');
    },
    problem: ({ details }) => {
      if (details?.tokenPath === undefined)
        return 'The response contains a token under another name than access_token.';
      return `The access_token is ${details.tokenPath ? 'inside a nested object' : 'at the top level'} of the response, not at token_path.`;
    },
    change: (facts) => {
      const path = tokenPathOf(facts);
      return path ? `Set token_path to ${quotedPath(path)}.` : 'Remove token_path from the schema.';
    },
  },
  {
    code: 'answer_empty',
    matches: (facts) => isTokenRequest(facts) && looksLike(facts) === 'empty',
    problem: (facts) => `${endpointName(facts)} returned an empty response (status ${status(facts)}).`,
    change: (facts) =>
      `Check ${field(facts)}, and look for the reason in the provider's log. With status 400 or 401, check client_id, client_secret and token_exchange_method.`,
  },
  {
    code: 'answer_without_content_type',
    matches: (facts) => looksLike(facts) === 'text' && !facts.response?.contentType,
    problem: (facts) => `${endpointName(facts)} returned text without a Content-Type that is neither JSON nor a form.`,
    change: (facts) =>
      `Set ${field(facts)} to the token endpoint. If it is your own server, return JSON as application/json (RFC 6749, section 5.1).`,
  },
  {
    code: 'access_token_missing',
    matches: (facts) => hasOwnCode(facts, 'no_access_token') && !hasErrorText(facts),
    problem: (facts) => `${endpointName(facts)} returned no access_token (status ${status(facts)}).`,
    change:
      'If the response in this step contains the token inside a nested object or under another name, set token_path to the JSON pointer of that object or of the token itself. If it is an error, set error_path to the JSON pointer of its code.',
  },
  {
    code: 'access_token_unusable',
    matches: (facts) => hasOwnCode(facts, 'invalid_token'),
    problem:
      'The access_token is too long for an Authorization header, or contains characters that are not allowed there.',
    change: 'Have the provider issue tokens of at most 16,384 visible characters (RFC 6750, section 2.1).',
  },
  {
    code: 'answer_unreadable',
    matches: (facts) => hasOwnCode(facts, 'unreadable_answer'),
    problem: (facts) => `${endpointName(facts)} returned neither JSON nor a form (status ${status(facts)}).`,
    change: (facts) =>
      `Set ${field(facts)} to the token endpoint of the provider. If it is correct, look at the provider's log: the response may be truncated.`,
  },
];

/** Returns where the response contains a token: the object with `access_token`, or the token itself if it has another name. */
function tokenPathOf({ details }: Facts): string | undefined {
  return details?.tokenPath ?? details?.otherTokenPath;
}

/** Returns the pointer for quoting, unless a part of it might be something other than a field name, such as a token. */
function quotedPath(pointer: string): string {
  const hasOnlyNames = pointer.split('/').every((name) => name === '' || isWordy(name) || /^\d{1,3}$/.test(name));
  return hasOnlyNames ? `"${pointer}"` : 'its JSON pointer';
}

function hasOwnCode({ error, phase }: Facts, code: string): boolean {
  return error?.code === code && phase !== 'callback';
}

function sendsGet(facts: Facts): boolean {
  return isTokenRequest(facts) && facts.settings?.token_request_method === 'GET';
}

function sends(facts: Facts, contentType: string): boolean {
  return isTokenRequest(facts) && facts.settings?.authorization_content_type === contentType;
}

/** Returns whether the endpoint reports grant_type missing, which every token request contains. */
function missesParameters(facts: Facts): boolean {
  if (absentParameters(facts).includes('grant_type')) return true;
  return mentions(
    facts,
    /grant[ _]type\S* .*(?:missing|required|not (?:found|provided|specified|present)|should be|must be|empty|null|undefined)|(?:missing|required|no|without|specify|must contain)\b.{0,60}grant[ _]type/i,
  );
}

/** Returns the host that the response redirects to; a relative location keeps the endpoint's host. */
function redirectHost(facts: Facts): string | undefined {
  const location = facts.response?.location ?? '';
  const { url } = endpointOf(facts);
  return location === '' ? undefined : parseUrl(location, url)?.host;
}

function otherContentType({ settings }: Facts): string {
  return settings?.authorization_content_type === FORM ? JSON_TYPE : FORM;
}
