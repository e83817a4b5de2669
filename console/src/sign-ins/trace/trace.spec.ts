import { describe, expect, it } from '@jest/globals';
import { durationOf, offsetOf, pictureOf, routeOf, type TraceStep } from './picture.js';
import { readBody, readLine } from './wire.js';

const step = (more: Partial<TraceStep>) => ({ name: 'offered', received: null, decision: null, ...more }) as TraceStep;

describe('the picture of a step', () => {
  it('has an arrow there, and one back where an answer came', () => {
    const received = { status: 401, headers: {}, body: '' };
    const picture = pictureOf(step({ name: 'token_request', received }));
    expect(picture).toEqual({
      title: 'Tokens asked for',
      legs: [
        { from: 1, to: 2, text: 'Tokens asked for' },
        { from: 2, to: 1, text: 'answered 401', isAnswer: true },
      ],
    });
    expect(routeOf(picture)).toBe('Countersign to Provider');
  });

  it('says why there was no answer', () => {
    const received = { failure: { code: 'upstream_timeout', message: 'no answer in time' } };
    const { legs } = pictureOf(step({ name: 'refresh_request', received }));
    expect(legs.at(-1)?.text).toBe('no answer: upstream_timeout');
  });

  it('is a note where nothing went over a wire', () => {
    expect(pictureOf(step({ name: 'outcome' }))).toEqual({ title: 'Ended', legs: [] });
    expect(pictureOf(step({ name: 'outcome', decision: 'failed: no' })).title).toBe('Ended: failed');
    expect(pictureOf(step({ name: 'token_request', decision: 'tokens were granted' })).title).toBe(
      'Code exchanged for tokens',
    );
  });
});

describe('times', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1234, '1.2 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [2 * 86_400_000 + 3 * 3_600_000, '2 d 3 h'],
  ])('%d ms are %s', (milliseconds, text) => expect(durationOf(milliseconds)).toBe(text));

  it('count from the first step', () => {
    expect(offsetOf('2026-01-01T00:00:01.500Z', '2026-01-01T00:00:00.000Z')).toBe('+1.5 s');
  });
});

describe('what went over the wire', () => {
  it('has its query taken apart, and hidden values as they are', () => {
    expect(readLine('GET https://a.example/authorize?scope=a%20b&state=[HIDDEN]')).toEqual({
      method: 'GET',
      url: 'https://a.example/authorize',
      parameters: [
        ['scope', 'a b'],
        ['state', '[HIDDEN]'],
      ],
    });
    expect(readLine('POST https://a.example/token')).toMatchObject({ method: 'POST', parameters: [] });
  });

  it('is shown as fields, as JSON, or as the text that it is', () => {
    expect(readBody('grant_type=authorization_code&code=[HIDDEN]')).toEqual({
      fields: [
        ['grant_type', 'authorization_code'],
        ['code', '[HIDDEN]'],
      ],
    });
    expect(readBody('{"error":"invalid_client"}')).toEqual({ text: '{\n  "error": "invalid_client"\n}' });
    expect(readBody('{"error":"inv…')).toEqual({ text: '{"error":"inv…' });
    expect(readBody('<h1 class=x>no</h1>')).toEqual({ text: '<h1 class=x>no</h1>' });
  });
});
