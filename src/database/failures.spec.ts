import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { DatabaseDeadlineError, failureOf } from './failures.js';

const numbered = (errno: number, message = 'x') => Object.assign(new Error(message), { errno, code: `ER_${errno}` });
const coded = (code: string) => Object.assign(new Error('x'), { code, errno: -111 });
const ofQuery = (error: Error) => new QueryFailedError('SELECT 1', [], error);

describe('failureOf', () => {
  it.each([
    ['conflict', [1213, 1205, 1020, 3101, 8002, 8022, 8028, 9007]],
    ['node', [1047, 1180, 1290, 1792, 1836, 3100]],
    ['lost', [1040, 1053, 1129, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1226, 1317, 1927, 2002, 2003, 2006, 2013]],
    ['lost', [2055, 3168, 4031]],
    ['unavailable', [1021, 1114, 1969, 3024, 9001, 9002, 9003, 9005]],
    [undefined, [1062, 1064, 1146, 1406, 1451, 1452]],
  ])('is %s for the numbers %j, whatever the driver calls them', (failure, numbers) => {
    for (const number of numbers) {
      expect([number, failureOf(numbered(number))]).toEqual([number, failure]);
      expect([number, failureOf(ofQuery(numbered(number)))]).toEqual([number, failure]);
    }
  });

  it.each([
    ['lost', 'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EHOSTUNREACH ENETUNREACH EAI_AGAIN'],
    ['lost', 'PROTOCOL_CONNECTION_LOST HANDSHAKE_SSL_ERROR HANDSHAKE_NO_SSL_SUPPORT'],
    ['unavailable', 'SQLITE_BUSY SQLITE_BUSY_SNAPSHOT'],
    ['unavailable', 'SQLITE_FULL SQLITE_IOERR SQLITE_CANTOPEN SQLITE_READONLY'],
    [undefined, 'SQLITE_CONSTRAINT_UNIQUE SQLITE_ERROR'],
  ])('is %s for the codes %s', (failure, codes) => {
    for (const code of codes.split(' ')) expect([code, failureOf(coded(code))]).toEqual([code, failure]);
  });

  it.each(['WSREP has not yet prepared node for application use', 'not connected to Primary Component'])(
    'is `node` for the message "%s", whatever its number',
    (message) => {
      expect(failureOf(ofQuery(numbered(1105, message)))).toBe('node');
    },
  );

  it('is `lost` for every error that ends a connection, except a refused login', () => {
    const fatal = (error: Error) => Object.assign(error, { fatal: true });
    expect(failureOf(fatal(new Error("Can't add new command when connection is in closed state")))).toBe('lost');
    expect([1044, 1045, 1049, 1698].map((errno) => failureOf(fatal(numbered(errno))))).toEqual(
      Array.from({ length: 4 }),
    );
  });

  it('is `unavailable` for work whose time has passed', () => {
    expect(failureOf(ofQuery(Object.assign(new DatabaseDeadlineError(10), { fatal: true })))).toBe('unavailable');
  });

  it.each([[undefined], [null], ['text'], [new Error('x')], [{}]])('is undefined for %j', (error) => {
    expect(failureOf(error)).toBeUndefined();
  });
});
