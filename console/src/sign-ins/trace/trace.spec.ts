import { describe, expect, it } from '@jest/globals';
import type { TraceStep } from '../../queries/sign-ins.js';
import { formatBody, parseRequestLine } from './http-message.js';
import { drawStep, formatDuration, formatOffset, routeOf } from './step-drawing.js';

const step = (more: Partial<TraceStep>) => ({ name: 'offered', received: null, decision: null, ...more }) as TraceStep;

describe('drawStep', () => {
  it('draws an arrow for a request and one back for its response', () => {
    const received = { status: 401, headers: {}, body: '' };
    const drawing = drawStep(step({ name: 'token_request', received }));
    expect(drawing).toEqual({
      title: 'Token request',
      arrows: [
        { from: 1, to: 2, text: 'Token request' },
        { from: 2, to: 1, text: 'response 401', isResponse: true },
      ],
    });
    expect(routeOf(drawing)).toBe('Countersign to Provider');
  });

  it('labels a missing response with the failure', () => {
    const received = { failure: { code: 'upstream_timeout', message: 'no response in time' } };
    const { arrows } = drawStep(step({ name: 'refresh_request', received }));
    expect(arrows.at(-1)?.text).toBe('no response: upstream_timeout');
  });

  it('draws a note for a step without a request', () => {
    expect(drawStep(step({ name: 'offered' }))).toEqual({ title: 'Sign-in link created', arrows: [] });
    expect(drawStep(step({ name: 'outcome' }))).toEqual({ title: 'Ended', arrows: [] });
    expect(drawStep(step({ name: 'outcome', decision: 'failed: no' })).title).toBe('Ended: failed');
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1234, '1.2 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [2 * 86_400_000 + 3 * 3_600_000, '2 d 3 h'],
  ])('formats %d ms as "%s"', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
});

describe('formatOffset', () => {
  it('formats the time since the first step', () => {
    expect(formatOffset('2026-01-01T00:00:01.500Z', '2026-01-01T00:00:00.000Z')).toBe('+1.5 s');
  });
});

describe('parseRequestLine', () => {
  it('separates the query, and keeps redacted values', () => {
    expect(parseRequestLine('GET https://a.example/authorize?scope=a%20b&state=[HIDDEN]')).toEqual({
      method: 'GET',
      url: 'https://a.example/authorize',
      parameters: [
        ['scope', 'a b'],
        ['state', '[HIDDEN]'],
      ],
    });
  });

  it('returns no parameters for a URL without a query', () => {
    expect(parseRequestLine('POST https://a.example/token')).toMatchObject({ method: 'POST', parameters: [] });
  });
});

describe('formatBody', () => {
  it('returns the fields of a form', () => {
    expect(formatBody('grant_type=authorization_code&code=[HIDDEN]')).toEqual({
      fields: [
        ['grant_type', 'authorization_code'],
        ['code', '[HIDDEN]'],
      ],
    });
  });

  it('indents JSON', () => {
    expect(formatBody('{"error":"invalid_client"}')).toEqual({ text: '{\n  "error": "invalid_client"\n}' });
  });

  it('returns truncated JSON and other texts unchanged', () => {
    expect(formatBody('{"error":"inv…')).toEqual({ text: '{"error":"inv…' });
    expect(formatBody('<h1 class=x>no</h1>')).toEqual({ text: '<h1 class=x>no</h1>' });
  });
});
