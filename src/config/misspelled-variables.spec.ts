import { describe, expect, it } from '@jest/globals';
import { VARIABLE_NAMES } from './environment-schema.js';
import { misspelledVariables } from './misspelled-variables.js';

describe('a misspelled variable', () => {
  it.each([
    ['EGRES_ALLOW', 'EGRESS_ALLOW'],
    ['EGRESS_ALLOWED', 'EGRESS_ALLOW'],
    ['EGRESS_ALLOW_LIST', 'EGRESS_ALLOW'],
    ['CALL_MAX_HELD_BYTE', 'CALL_MAX_HELD_BYTES'],
    ['CALL_MAX_REQUEST_CHARS', 'CALL_MAX_REQUEST_CHARACTERS'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['OPERATOR_KEYS', 'OPERATOR_KEY'],
    ['PUBLICURL', 'PUBLIC_URL'],
    ['RATE_LIMIT_KEYS', 'RATE_LIMIT_KEY'],
    ['SIGN_IN_LIFETIME', 'SIGN_IN_LIFETIME_SECONDS'],
    ['egress_allow'.toUpperCase().replace('_', '__'), 'EGRESS_ALLOW'],
  ])('%s is reported with the setting %s', (variable, suggestion) => {
    expect(misspelledVariables({ [variable]: 'x' })).toEqual([{ variable, suggestion }]);
  });

  it('is reported together with all others, in alphabetical order', () => {
    const found = misspelledVariables({ REDIS_URI: 'x', EGRES_ALLOW: 'x', PATH: '/bin' });
    expect(found.map(({ variable }) => variable)).toEqual(['EGRES_ALLOW', 'REDIS_URI']);
  });
});

it('does not report settings, variables of key services or variables of other programs', () => {
  const others = `
    PATH HOME PWD USER SHELL HOSTNAME POST LANG TERM NODE_OPTIONS NODE_VERSION VAULT_TOKEN VAULT_TOKEN_FILE
    VAULT_NAMESPACE VAULT_ADDR VAULT_CACERT COUNTERSIGN_VAULT_KEY AWS_REGION AWS_PROFILE MARIADB_PASSWORD
    REDIS_PASSWORD DATABASE_PASSWORD npm_lifecycle_event KUBERNETES_SERVICE_HOST COUNTERSIGN_PORT
    REDIS_PORT_6379_TCP LOG_FORMAT MAX_MEMORY REQUEST_METHOD
  `;
  const environment = Object.fromEntries([...VARIABLE_NAMES, ...others.trim().split(/\s+/)].map((name) => [name, 'x']));
  expect(misspelledVariables(environment)).toEqual([]);
});
