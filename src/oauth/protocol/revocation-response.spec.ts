import { describe, expect, it } from '@jest/globals';
import { TokenError } from './errors.js';
import { checkRevocationResponse } from './revocation-response.js';

/** Returns the parsed response: `revoked`, or kind and code of the error. */
function resultOf(status: number, body = ''): string {
  try {
    checkRevocationResponse({ status, body });
    return 'revoked';
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return `${error.kind} ${error.code}`;
  }
}

describe('a response of a revocation endpoint', () => {
  it.each([
    [200, ''],
    [200, '<p>Signed out</p>'],
    [204, ''],
    [400, '{"error":"invalid_token"}'],
    [400, '{"error":"invalid_grant"}'],
  ])('confirms the revocation: %d %s', (status, body) => {
    expect(resultOf(status, body)).toBe('revoked');
  });

  it.each([408, 429, 500, 503])('allows a retry: %d', (status) => {
    expect(resultOf(status, '{"error":"invalid_token"}')).toBe('unavailable provider_unavailable');
  });

  it('may contain the time of a retry', () => {
    const response = { status: 503, body: '' };
    expect(() => checkRevocationResponse(response, 7000)).toThrow(
      expect.objectContaining({ response: { status: 503, looksLike: 'empty', retryAfterMs: 7000 } }),
    );
  });

  it.each([
    [400, '{"error":"unsupported_token_type"}', 'refused unsupported_token_type'],
    [401, '{"error":"invalid_client"}', 'refused invalid_client'],
    [401, '', 'refused invalid_client'],
    [403, '{"error":"ERR_TOKEN_LOCKED"}', 'refused ERR_TOKEN_LOCKED'],
    [400, '{"error":"something of its own"}', 'refused refused'],
  ])('rejects the revocation: %d %s', (status, body, expected) => {
    expect(resultOf(status, body)).toBe(expected);
  });

  it.each([
    [302, ''],
    [404, '<h1>Not found</h1>'],
    [405, ''],
    [400, 'null'],
    [400, '{"error":{"code":1}}'],
  ])('is not a revocation response: %d %s', (status, body) => {
    expect(resultOf(status, body)).toBe('unreadable unreadable_answer');
  });

  it('is reported without its body, which could contain the token', () => {
    const response = { status: 400, body: '{"error":"access-canary","error_description":"access-canary"}' };
    const redact = (text: string) => text.replace('access-canary', '[HIDDEN]');
    expect(() => checkRevocationResponse(response, undefined, redact)).toThrow(
      expect.objectContaining({ code: 'refused', message: 'the revocation URL answered with status 400' }),
    );
  });
});
