import { describe, expect, it } from '@jest/globals';
import { TokenError } from './errors.js';
import { checkRevocationResponse } from './revocation-response.js';

/** What is made of an answer: `good no more`, or kind and code of the error. */
function verdictOf(status: number, body = ''): string {
  try {
    checkRevocationResponse({ status, body });
    return 'good no more';
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return `${error.kind} ${error.code}`;
  }
}

describe('a revocation endpoint that answers', () => {
  it.each([
    [200, ''],
    [200, '<p>Signed out</p>'],
    [204, ''],
    [400, '{"error":"invalid_token"}'],
    [400, '{"error":"invalid_grant"}'],
  ])('%d %s says that the token is good no more', (status, body) => {
    expect(verdictOf(status, body)).toBe('good no more');
  });

  it.each([408, 429, 500, 503])('%d may be asked again later', (status) => {
    expect(verdictOf(status, '{"error":"invalid_token"}')).toBe('unavailable provider_unavailable');
  });

  it('503 may say for how long', () => {
    const answer = { status: 503, body: '' };
    expect(() => checkRevocationResponse(answer, 7000)).toThrow(
      expect.objectContaining({ response: { status: 503, looksLike: 'empty', retryAfterMs: 7000 } }),
    );
  });

  it.each([
    [400, '{"error":"unsupported_token_type"}', 'refused unsupported_token_type'],
    [401, '{"error":"invalid_client"}', 'refused invalid_client'],
    [401, '', 'refused invalid_client'],
    [400, '{"error":"something of its own"}', 'refused refused'],
  ])('%d %s refuses', (status, body, verdict) => {
    expect(verdictOf(status, body)).toBe(verdict);
  });

  it.each([
    [302, ''],
    [404, '<h1>Not found</h1>'],
    [405, ''],
    [400, 'null'],
    [400, '{"error":{"code":1}}'],
  ])('%d %s is none', (status, body) => {
    expect(verdictOf(status, body)).toBe('unreadable unreadable_answer');
  });

  it('says nothing of a body that could hold the token', () => {
    const answer = { status: 400, body: '{"error":"access-canary","error_description":"access-canary"}' };
    expect(() => checkRevocationResponse(answer)).toThrow('the revocation URL answered with status 400');
    expect(verdictOf(answer.status, answer.body)).not.toContain('canary');
  });
});
