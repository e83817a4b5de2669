import { expect, it } from '@jest/globals';
import { InvalidPresetError } from '../oauth/index.js';
import { formatStartupError } from './startup-error.js';

it('an invalid provider preset is reported in one line, without a stack', () => {
  const fault = new InvalidPresetError('github.json', 'is not JSON');
  expect(formatStartupError(fault)).toBe('countersign: preset github.json: is not JSON');
});

it('an unexpected error is reported with its redacted stack, and without its other properties', () => {
  const fault = Object.assign(new Error(`row of 'the quiet secret'`), { parameters: ['loud secret'] });
  expect(formatStartupError(fault)).toMatch(/^countersign: Error: row of '\[HIDDEN\]'\n +at .*startup-error\.spec/);
  expect(formatStartupError(fault)).not.toMatch(/quiet|loud/);
});

it.each([
  ['HANDSHAKE_NO_SSL_SUPPORT', 'Server does not support secure connection', /does not support TLS; .* ssl-mode/],
  ['HANDSHAKE_SSL_ERROR', 'self-signed certificate', /failed: self-signed certificate; check ssl-mode/],
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:3306', /^countersign: connect ECONNREFUSED 127\.0\.0\.1:3306$/],
  ['EACCES', '', /^countersign: EACCES$/],
])('a database that cannot be reached (%s) is reported in one line that says what to do', (code, message, expected) => {
  expect(formatStartupError(Object.assign(new Error(message), { code }))).toMatch(expected);
});
