import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { createLogger, NestLogger, type Logger } from './logger.js';

const CANARY = 'canary-7f3a9c';

/** A parsed line of the log. */
function logged(write: (logger: Logger) => void, level = 'trace') {
  const lines: string[] = [];
  write(createLogger(level, { write: (line: string) => void lines.push(line) }));
  return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'key',
  'api_key',
  'client_secret',
  'access_token',
  'refresh_token',
  'code',
  'code_verifier',
  'ticket',
  'state',
];

describe('a log line', () => {
  it('is one JSON object with time, level and message', () => {
    const { text, lines } = logged((logger) => logger.info({ a: 1 }, 'one\ntwo'));
    expect(text.trim().split('\n')).toHaveLength(1);
    expect(lines[0]).toEqual({ level: 'info', time: expect.any(String), a: 1, msg: 'one\ntwo' });
    expect(Date.parse(String(lines[0]?.['time']))).toBeGreaterThan(0);
  });

  it('is omitted below the level', () => {
    expect(logged((logger) => logger.info({}, 'a'), 'warn').lines).toHaveLength(0);
    expect(logged((logger) => logger.warn({}, 'a'), 'warn').lines).toHaveLength(1);
  });

  it.each(SECRET_FIELDS)('hides the field %s at the top level and one level below', (name) => {
    const { text, lines } = logged((logger) =>
      logger.info({ [name]: CANARY, body: { [name]: CANARY }, kept: 'kept' }, 'a'),
    );
    expect(text).not.toContain(CANARY);
    expect(lines[0]).toMatchObject({ [name]: '[HIDDEN]', body: { [name]: '[HIDDEN]' }, kept: 'kept' });
  });

  it('does not modify the logged object', () => {
    const fields = { authorization: CANARY, body: { code: CANARY } };
    logged((logger) => logger.info(fields, 'a'));
    expect(fields).toEqual({ authorization: CANARY, body: { code: CANARY } });
  });
});

describe('an error in the log', () => {
  const failedQuery = () =>
    new QueryFailedError(
      'UPDATE connections SET tokens = ? WHERE id = ?',
      [CANARY, 'conn-1'],
      Object.assign(new Error('disk full'), { code: 'SQLITE_FULL', parameters: [CANARY] }),
    );

  it('shows type, message, stack and code', () => {
    const { lines } = logged((logger) => logger.error({ err: failedQuery() }, 'a'));
    expect(lines[0]?.['err']).toMatchObject({
      type: 'QueryFailedError',
      message: 'disk full',
      stack: expect.stringContaining('QueryFailedError'),
      errorCode: 'SQLITE_FULL',
    });
  });

  it('does not show the parameters of a failed query, directly or as a cause', () => {
    const wrapped = new Error('the row was not saved', { cause: new Error('again', { cause: failedQuery() }) });
    for (const err of [failedQuery(), wrapped]) {
      const { text } = logged((logger) => logger.error({ err }, 'a'));
      expect(text).toContain('disk full');
      expect(text).not.toContain(CANARY);
    }
  });

  it('does not show other properties', () => {
    const err = Object.assign(new Error('upstream'), { request: { headers: { authorization: CANARY } }, body: CANARY });
    expect(logged((logger) => logger.error({ err }, 'a')).text).not.toContain(CANARY);
  });

  it('does not show text that its message quotes, in the message or in the stack', () => {
    const err = new Error(`Duplicate entry '${CANARY} of alice' for key 'PRIMARY'`);
    const { text, lines } = logged((logger) => logger.error({ err }, 'a'));
    expect(text).not.toContain(CANARY);
    expect(lines[0]?.['err']).toMatchObject({
      message: "Duplicate entry '[HIDDEN]' for key 'PRIMARY'",
      stack: expect.stringMatching(/^Error: Duplicate entry '\[HIDDEN\]' for key 'PRIMARY'\n +at .*logger\.spec/),
    });
  });

  it('is serialized under any field name', () => {
    const { text, lines } = logged((logger) => logger.error({ reason: failedQuery() }, 'a'));
    expect(text).not.toContain(CANARY);
    expect(lines[0]?.['reason']).toMatchObject({ message: 'disk full' });
  });

  it.each([
    ['a string', 'not a word', 'not a word'],
    ['a secret', `cs-${'4a'.repeat(20)}`, '[HIDDEN]'],
    ['an object', { authorization: CANARY, body: CANARY }, 'not an Error: Object'],
    ['undefined', undefined, 'undefined'],
  ])('is reduced to its type or redacted text if it is actually %s', (_, err, shown) => {
    expect(logged((logger) => logger.error({ err }, 'a')).lines[0]).toMatchObject({ err: shown });
  });
});

describe("Nest's own log lines", () => {
  it('have the level debug, except warnings and errors', () => {
    const { lines } = logged((logger) => {
      const nest = new NestLogger(logger);
      nest.log('started', 'Router');
      nest.debug('mapped', 'Router');
      nest.warn('odd', 'Router');
      nest.error('failed', 'the stack', 'Router');
    });
    expect(lines.map(({ level, msg, context }) => [level, msg, context])).toEqual([
      ['debug', 'started', 'Router'],
      ['debug', 'mapped', 'Router'],
      ['warn', 'odd', 'Router'],
      ['error', 'failed', 'Router'],
    ]);
    expect(lines[3]).toHaveProperty('stack', 'the stack');
  });
});
