import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FORM_LABELS, withFormLabels } from './form-labels.js';

describe('withFormLabels', () => {
  it.each([
    ['Set token_url to the token endpoint.', 'In the form, token_url is "Token URL".'],
    [
      'Set token_exchange_method to basic_auth_header.',
      'In the form, token_exchange_method is "Token exchange method" and basic_auth_header is "Basic authorization header".',
    ],
    [
      'Set client_id and client_secret, and set pkce to "off".',
      'In the form, client_id is "Client ID", client_secret is "Client secret" and pkce is "PKCE".',
    ],
    ['Add offline_access to scope.', 'In the form, scope is "Scope".'],
  ])('appends the labels of the fields and values: %s', (advice, labels) => {
    expect(withFormLabels(advice)).toBe(`${advice} ${labels}`);
  });

  it.each(['Start again with a new link.', 'Enable the scope at the provider, and the redirect_uri.'])(
    'leaves advice alone that names no field: %s',
    (advice) => {
      expect(withFormLabels(advice)).toBe(advice);
    },
  );

  it('uses the labels of the form', () => {
    const form = readFileSync('console/src/authentication/labels.ts', 'utf8');
    for (const [name, label] of Object.entries(FORM_LABELS)) expect(form).toContain(`  ${name}: '${label}',`);
  });
});
