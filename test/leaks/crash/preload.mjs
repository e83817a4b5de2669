/**
 * Loaded into the built server with `--import`: on SIGUSR2 the process fails in the way that `TROUBLE` names, with a secret in
 * every place of an error where drivers, clients and people put them.
 */
import { QueryFailedError } from 'typeorm';

const { TROUBLE = '', IN_MESSAGE = '', IN_PROPERTIES = '' } = process.env;

function sorry() {
  const headers = { authorization: `Bearer ${IN_PROPERTIES}` };
  const query = `INSERT INTO connections (tokens) VALUES ('${IN_PROPERTIES}')`;
  // Properties of mysql2's errors.
  const driverError = Object.assign(new Error(`Duplicate entry '${IN_MESSAGE}' for key 'connections.PRIMARY'`), {
    code: 'ER_DUP_ENTRY',
    sql: query,
    sqlMessage: `Duplicate entry '${IN_MESSAGE}' for key 'connections.PRIMARY'`,
  });
  const failedQuery = new QueryFailedError(query, [IN_PROPERTIES], driverError);
  // Properties of axios's and undici's errors.
  const failedRequest = Object.assign(
    new Error(`GET https://me:${IN_MESSAGE}@api.example/?k=${IN_MESSAGE} failed`, { cause: failedQuery }),
    { config: { headers, data: IN_PROPERTIES }, request: { headers }, response: { headers, body: IN_PROPERTIES } },
  );
  return Object.assign(new Error(`no good: "the ${IN_MESSAGE}"`, { cause: failedRequest }), {
    code: 'E_SORRY',
    [IN_PROPERTIES]: headers,
  });
}

const hoard = [];

const TROUBLES = {
  'an exception': () => {
    throw sorry();
  },
  'an exception of a failed query': () => {
    throw sorry().cause.cause;
  },
  'a thrown string': () => {
    throw `Bearer ${IN_MESSAGE}`;
  },
  'a rejection': () => void Promise.reject(sorry()),
  'a rejection with a value that is not an error': () =>
    void Promise.reject({ headers: { authorization: IN_PROPERTIES } }),
  'an exception whose getter throws': () => {
    throw Object.defineProperty(new Error(IN_MESSAGE), 'message', {
      get: () => {
        throw sorry();
      },
    });
  },
  'no memory left': () => {
    for (;;) hoard.push(Array.from({ length: 10_000 }, (_, index) => `${IN_PROPERTIES}${index}`));
  },
};

if (TROUBLE in TROUBLES) process.on('SIGUSR2', () => setImmediate(TROUBLES[TROUBLE]));
