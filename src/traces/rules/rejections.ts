import type { Facts } from '../facts/facts.js';
import { callbackName, type Rule } from './rule.js';

const rejection =
  (reason: string) =>
  (facts: Facts): boolean =>
    facts.rejection === reason;

/** Rules for steps that Countersign itself rejected. The texts quote nothing from the browser's request. */
export const REJECTIONS: readonly Rule[] = [
  {
    code: 'state_missing',
    matches: rejection('no_state'),
    problem:
      'The provider did not return state: the callback lacks the parameter that links the response to this sign-in.',
    change:
      'Have the provider return the state of the authorization request unchanged (RFC 6749, section 4.1.2). If authorization_url is a page of your own that redirects to the provider, pass state on.',
  },
  {
    code: 'state_unknown',
    matches: rejection('unknown_state'),
    problem:
      'The state that was returned does not belong to any sign-in of this action: it was modified, it is old, or the browser was redirected to the redirect URI of another action.',
    change: (facts) =>
      `Have the provider return state unchanged, and register ${callbackName(facts)} for this action. Each action has its own redirect URI.`,
  },
  {
    code: 'sign_in_expired',
    matches: rejection('expired'),
    problem: 'The browser returned from the provider after the sign-in had expired.',
    change:
      'Start again with a new link and finish sooner. Complete lengthy steps at the provider, such as creating an account, beforehand.',
  },
  {
    code: 'sign_in_ended',
    matches: rejection('ended'),
    problem: 'The browser opened a sign-in that has already ended.',
    change: 'Call the operation again to get a new link.',
  },
  {
    code: 'too_many_attempts',
    matches: rejection('too_many_attempts'),
    problem: 'This sign-in was started too many times.',
    change: 'Fix the problem in the first diagnosis of its earlier steps, then start again with a new link.',
  },
  {
    code: 'other_browser',
    matches: rejection('other_browser'),
    problem:
      'The callback came from a different browser than the one that started the sign-in, or from one without cookies.',
    change:
      'Open the link and finish the sign-in in one browser that accepts cookies. If it was one browser, set PUBLIC_URL to the single address at which browsers reach Countersign.',
  },
  {
    code: 'issuer_mismatch',
    matches: rejection('iss_mismatch'),
    problem: ({ settings }) =>
      `The response came from a different authorization server: its iss is not exactly the issuer ${settings?.issuer ?? 'in the schema'} (RFC 9207).`,
    change:
      'If this is the right server, set issuer to the exact value in its metadata, including case, port and trailing slash. If it is not, keep the schema and stop: a response from another server may be an attack.',
  },
  {
    code: 'issuer_missing',
    matches: rejection('iss_missing'),
    problem:
      "The provider's metadata promises the iss parameter in responses (RFC 9207), but this response does not have it, so it may come from another server.",
    change:
      'Have the provider send iss, or correct authorization_response_iss_parameter_supported in its metadata and save the schema again. A schema without issuer, with authorization_url and token_url set explicitly, does not require iss.',
  },
  {
    code: 'code_missing',
    matches: rejection('no_code'),
    problem: 'The callback contains neither a code nor an error.',
    change:
      'Set authorization_url to the endpoint of the authorization code grant: the code must come in the query, or as a form with response_mode form_post.',
  },
  {
    code: 'connection_value_refused',
    matches: ({ rejection: reason, error }) => [reason, error?.code].includes('connection_value_refused'),
    problem: ({ phase }) =>
      `A value that calls need is missing from the ${phase === 'callback' ? 'callback' : 'sign-in'}, does not match its pattern, or leads to a host that is not one of allowed_hosts.`,
    change:
      'Compare pointer and pattern of connection_values, and allowed_hosts, with what the provider documents. The outcome of the sign-in names the value.',
  },
  {
    code: 'user_mismatch',
    matches: rejection('user_mismatch'),
    problem: 'A different user completed the sign-in than the link was created for, so nothing was connected.',
    change:
      'Give each link only to its own user. If it was the same user, send the same id as user in the call and in POST /v1/sign-ins/{sign_in_id}/verify.',
  },
  {
    code: 'opener_not_verified',
    matches: rejection('other_user'),
    problem:
      'The link was opened in a browser that is not known as that of its user: someone else has the link, or the user has not connected an assistant of this tenant in that browser.',
    change:
      "Have the user connect the assistant again in that browser and open the link again. If the GPT's authorization is jwt, set the tenant's user_verification to redirect: there is no consent page that makes a browser known.",
  },
  {
    code: 'action_changed',
    matches: rejection('action_changed'),
    problem: "The action's server, endpoints or schema were changed during the sign-in.",
    change: 'Start again with a new link. The grant for the old settings was discarded.',
  },
];
