import type { Facts } from './facts.js';
import { callbackName, type Rule } from './rule.js';

const refusal =
  (reason: string) =>
  (facts: Facts): boolean =>
    facts.refusal === reason;

/** Where it was we who would not go on. Nothing that the browser brought is quoted. */
export const REFUSALS: readonly Rule[] = [
  {
    code: 'state_missing',
    matches: refusal('no_state'),
    wrong:
      'The provider did not return state: the browser came back without the parameter that ties the answer to this sign-in.',
    change:
      'Let the provider return the state of the authorization request unchanged (RFC 6749, 4.1.2). If authorization_url is a page of your own that leads on to the provider, it has to pass state on.',
  },
  {
    code: 'state_unknown',
    matches: refusal('unknown_state'),
    wrong:
      'The state that came back belongs to no sign-in of this action: it was changed on the way, it is old, or the browser was sent to the redirect URI of another action.',
    change: (facts) =>
      `Let the provider return state unchanged, and register ${callbackName(facts)} for this action; every action has a redirect URI of its own.`,
  },
  {
    code: 'callback_repeated',
    matches: refusal('used'),
    wrong:
      'The browser came back a second time with the same state, which works once: the page was loaded again, or something opened the address before the user did.',
    change:
      'If the first time ended well there is nothing to change. If not, begin again with a new link, and let the provider redirect the browser once.',
  },
  {
    code: 'sign_in_expired',
    matches: refusal('expired'),
    wrong: 'The browser came back after the time for this sign-in was over.',
    change: 'Begin again with a new link, and finish sooner: what takes long at the provider has to be done before.',
  },
  {
    code: 'sign_in_ended',
    matches: refusal('ended'),
    wrong: 'The browser opened a sign-in that has ended.',
    change: 'Begin again: the next call of the operation gives a new link.',
  },
  {
    code: 'too_many_attempts',
    matches: refusal('too_many_attempts'),
    wrong: 'This sign-in was begun too often.',
    change: 'Change what the first diagnosis of its earlier steps names, and begin again with a new link.',
  },
  {
    code: 'other_browser',
    matches: refusal('other_browser'),
    wrong: 'Another browser came back than the one that began, or it keeps no cookies.',
    change:
      'Open the link and finish the sign-in in one browser that accepts cookies. If it was one, set PUBLIC_URL to the one address under which browsers reach Countersign.',
  },
  {
    code: 'issuer_mismatch',
    matches: refusal('iss_mismatch'),
    wrong: ({ settings }) =>
      `Another authorization server answered than the one of the issuer ${settings?.issuer ?? 'in the schema'}: its iss is not exactly the same (RFC 9207).`,
    change:
      "If this is the right server, set issuer to what its metadata says, to the letter: case, port and final slash count. If it is not, leave the schema as it is and do not go on: another server's answer may be an attack.",
  },
  {
    code: 'issuer_missing',
    matches: refusal('iss_missing'),
    wrong:
      "The provider's metadata says that it names itself in its answers (iss, RFC 9207), and this answer names nobody, so it may be another server's.",
    change:
      'Let the provider send iss, or correct authorization_response_iss_parameter_supported in its metadata and save the schema again. Without issuer, and with authorization_url and token_url typed in, iss is not asked for.',
  },
  {
    code: 'code_missing',
    matches: refusal('no_code'),
    wrong: 'The provider sent the browser back with neither a code nor an error.',
    change:
      'Set authorization_url to the endpoint of the authorization code grant, and take response_mode out of authorization_params: the code has to come in the query.',
  },
  {
    code: 'user_mismatch',
    matches: refusal('user_mismatch'),
    wrong: 'Another user finished the sign-in than the one whom the link was made for, so nothing was connected.',
    change:
      'Give each link only to its own user. If it was the same one, send the same id as user in the call and in POST /v1/sign-ins/{sign_in_id}/verify.',
  },
  {
    code: 'action_changed',
    matches: refusal('action_changed'),
    wrong: 'The action was given another server, endpoint or schema while the user was signing in.',
    change: 'Begin again with a new link: what was granted for the old settings was dropped.',
  },
];
