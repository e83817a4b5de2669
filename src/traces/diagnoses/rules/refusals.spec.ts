import { recognizes, REDIRECT_URI, stopped } from '../../../../test/support/diagnosis-cases.js';
import { REFUSALS } from './refusals.js';

recognizes(REFUSALS, {
  state_missing: [['any', stopped('no_state'), 'did not return state', 'unchanged']],
  state_unknown: [['any', stopped('unknown_state'), REDIRECT_URI]],
  callback_repeated: [['any', stopped('used'), 'new link']],
  sign_in_expired: [['any', stopped('expired'), 'new link']],
  sign_in_ended: [['any', stopped('ended'), 'new link']],
  too_many_attempts: [['any', stopped('too_many_attempts'), 'new link']],
  other_browser: [['any', stopped('other_browser'), 'cookies', 'PUBLIC_URL']],
  issuer_mismatch: [['any', stopped('iss_mismatch'), 'https://auth.example.com', 'set issuer to']],
  issuer_missing: [['any', stopped('iss_missing'), 'authorization_response_iss_parameter_supported']],
  code_missing: [['any', stopped('no_code'), 'response_mode', 'authorization_params']],
  user_mismatch: [['the tenant', stopped('user_mismatch', 'verification'), 'same id as user']],
  action_changed: [['any', stopped('action_changed', 'token'), 'new link']],
});
