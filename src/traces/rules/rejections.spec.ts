import { describeRules, REDIRECT_URI, rejected } from '../../../test/support/diagnosis-cases.js';
import { REJECTIONS } from './rejections.js';

describeRules(REJECTIONS, {
  state_missing: [['any', rejected('no_state'), 'did not return state', 'unchanged']],
  state_unknown: [['any', rejected('unknown_state'), REDIRECT_URI]],
  sign_in_expired: [['any', rejected('expired'), 'new link']],
  sign_in_ended: [['any', rejected('ended'), 'new link']],
  too_many_attempts: [['any', rejected('too_many_attempts'), 'new link']],
  other_browser: [['any', rejected('other_browser'), 'cookies', 'PUBLIC_URL']],
  issuer_mismatch: [['any', rejected('iss_mismatch'), 'https://auth.example.com', 'set issuer to']],
  issuer_missing: [['any', rejected('iss_missing'), 'authorization_response_iss_parameter_supported']],
  code_missing: [['any', rejected('no_code'), 'authorization_url', 'form_post']],
  connection_value_refused: [['any', rejected('connection_value_refused'), 'callback', 'allowed_hosts']],
  user_mismatch: [['the tenant', rejected('user_mismatch', 'verification'), 'same id as user']],
  opener_not_verified: [
    ['the link', rejected('other_user', 'verification'), 'connect the assistant again', 'redirect'],
  ],
  action_changed: [['any', rejected('action_changed', 'token'), 'new link']],
});
