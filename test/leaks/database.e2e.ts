import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { Database } from '../../src/database/index.js';
import { RotationWorker } from '../../src/vault/rotation/rotation-worker.js';
import type { ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { Canaries } from '../support/canaries.js';
import type { TestGpt } from '../support/tenant.js';
import { database } from '../support/test-database.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: OAuthWorld;
let canaries: Canaries;
/** Number of log lines before the test. */
let logged: number;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => {
  world.reset();
  canaries = new Canaries();
  logged = world.app.logLines.length;
});

afterEach(() => query('DROP TRIGGER IF EXISTS refusal'));

const query = (sql: string) => world.app.get(Database).dataSource.query(sql) as Promise<Record<string, unknown>[]>;

interface Write {
  table: string;
  event: 'INSERT' | 'UPDATE';
  /** A column with a sealed value or a digest, which error messages of MariaDB quote. */
  column: string;
}

const WRITES = {
  action: { table: 'actions', event: 'INSERT', column: 'auth_secrets' },
  tokens: { table: 'connections', event: 'UPDATE', column: 'tokens' },
  source: { table: 'source_parts', event: 'INSERT', column: 'data' },
  newTokens: { table: 'connections', event: 'INSERT', column: 'tokens' },
  key: { table: 'api_keys', event: 'INSERT', column: 'digest' },
  ticket: { table: 'sign_ins', event: 'INSERT', column: 'ticket_digest' },
  dataKey: { table: 'data_keys', event: 'INSERT', column: 'wrapped' },
  resealed: { table: 'actions', event: 'UPDATE', column: 'auth_secrets' },
} satisfies Record<string, Write>;

/** Makes the database reject, or delay, this write. */
async function rejectWrite({ table, event, column }: Write): Promise<void> {
  const when = `NEW.${column} IS NOT NULL${event === 'UPDATE' ? ` AND NOT (NEW.${column} ${database === 'sqlite' ? 'IS' : '<=>'} OLD.${column})` : ''}`;
  await query(
    database === 'sqlite'
      ? `CREATE TRIGGER refusal BEFORE ${event} ON ${table} WHEN ${when} BEGIN SELECT RAISE(ABORT, 'refused'); END`
      : `CREATE TRIGGER refusal BEFORE ${event} ON ${table} FOR EACH ROW IF ${when} THEN BEGIN
           DECLARE words VARCHAR(300) DEFAULT CONCAT('Duplicate entry ''', LEFT(NEW.${column}, 200), ''' for key ''${table}.${column}''');
           SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
         END; END IF`,
  );
}

async function delayWrite({ table, event }: Write): Promise<void> {
  await query(`CREATE TRIGGER refusal BEFORE ${event} ON ${table} FOR EACH ROW DO SLEEP(20)`);
}

const runningRotations = () => query('SELECT id FROM vault_rotations WHERE running_scope IS NOT NULL');

const log = () => world.app.logLines.slice(logged).join('');

/** Expects that a failure was logged, and that neither the log nor the responses contain data of the query. */
function expectNoLeak(...answers: unknown[]): void {
  const shown = log();
  expect(shown).toMatch(
    database === 'sqlite' ? /SQLITE_[A-Z]+/ : /ER_SIGNAL_EXCEPTION|PROTOCOL_CONNECTION_LOST|ER_[A-Z]+/,
  );
  for (const secret of world.provider.secrets) canaries.watch('secret of the provider', secret);
  const text = shown + JSON.stringify(answers);
  expect(canaries.findIn(text)).toEqual([]);
  // Matches sealed values and digests; our ids are shorter.
  expect(text.match(/[A-Za-z0-9+_=-]{36,}/g) ?? []).toEqual([]);
  expect(text).not.toMatch(/"(parameters|query|sql|driverError)"/);
}

const apiKey = () => ({ type: 'api_key', auth_type: 'bearer', api_key: canaries.make('API key') });

async function createAction(more: object = {}, of?: TestGpt): Promise<ApiResponse> {
  const gpt = of ?? (await world.tenant.gpt());
  return gpt.addAction({ openapi: world.api.document(NOTES_PATHS, more), auth: apiKey() });
}

describe('a failed write to the database', () => {
  it('does not reveal the secrets of an action', async () => {
    await rejectWrite(WRITES.action);
    const answer = await createAction();
    expect(problemOf(answer)).toBe('500 internal');
    expectNoLeak(answer.body);
  });

  it('does not reveal the text of a document', async () => {
    await rejectWrite(WRITES.source);
    const openapi = `# ${canaries.make('secret in a comment')}\n${JSON.stringify(world.api.document(NOTES_PATHS))}`;
    const answer = await (await world.tenant.gpt()).addAction({ openapi, auth: apiKey() });
    expect(problemOf(answer)).toBe('500 internal');
    expectNoLeak(answer.body);
  });

  it('does not reveal the digest of an API key', async () => {
    await rejectWrite(WRITES.key);
    const answer = await world.tenant.admin.post('/v1/keys', { role: 'admin', name: 'x' });
    expect(problemOf(answer)).toBe('500 internal');
    expectNoLeak(answer.body);
  });

  it('does not reveal the digest of a ticket', async () => {
    const user = await world.user();
    await rejectWrite(WRITES.ticket);
    const answer = await user.calls();
    expect(problemOf(answer)).toBe('500 internal');
    expectNoLeak(answer.body);
  });

  it('does not reveal the tokens of a sign-in', async () => {
    const user = await world.user();
    const attempt = await user.signsInAtProvider();
    await rejectWrite(WRITES.newTokens);
    const page = await attempt.returns();
    expect(page.status).toBe(503);
    canaries.watch('state', attempt.state);
    canaries.watch('ticket', attempt.offer.url.split('/').at(-1) ?? '');
    expectNoLeak(page.body, await attempt.trace());
  });

  it('does not reveal the tokens of a refresh', async () => {
    const user = await world.connectedUser();
    await rejectWrite(WRITES.tokens);
    world.app.clock.advance({ hours: 2 });
    const answer = await user.calls();
    expect(world.provider.grants('refresh_token')).toHaveLength(1);
    const { id } = await user.connection();
    expectNoLeak(answer.body, (await world.tenant.admin.get(`/v1/connections/${id}/trace`)).body);
  });

  it.each([WRITES.dataKey, WRITES.resealed])('does not reveal values that a rotation seals ($table)', async (write) => {
    expect((await createAction()).status).toBe(201);
    await rejectWrite(write);
    const asked = await world.app.operator.post('/v1/vault/rotations', { scope: 'data', tenant_id: world.tenant.id });
    world.app.get(RotationWorker).wake();
    await eventually(
      async () => log(),
      (text) => text.includes('the rotation was interrupted'),
      // More than the interval of the job, which may be busy with an earlier rotation.
      30_000,
    );
    const stands = await world.app.operator.get('/v1/vault/rotations');
    expectNoLeak(asked.body, stands.body);
    await query('DROP TRIGGER refusal');
    // The next rotation of these data would join this one.
    world.app.get(RotationWorker).wake();
    await eventually(runningRotations, (running) => running.length === 0, 30_000);
  });
});

const failsOnServer = (): void =>
  describe('a connection that is lost during a query', () => {
    it.each([
      ['an action', WRITES.action, () => createAction()],
      ['a key', WRITES.key, () => world.tenant.admin.post('/v1/keys', { role: 'admin', name: 'x' })],
    ] as const)('does not reveal %s', async (_, write, run) => {
      await delayWrite(write);
      let isAnswered = false;
      const answering = run().finally(() => (isAnswered = true));
      // The transaction runs again on other connections.
      await killSleepingQueries(() => isAnswered);
      const answer = await answering;
      expect(problemOf(answer)).toBe('503 unavailable');
      expectNoLeak(answer.body);
    });
  });

/** Failures that are specific to a database. */
const failures = {
  sqlite: () =>
    describe('a full disk', () => {
      it('does not reveal the data that could not be written', async () => {
        const gpt = await world.tenant.gpt();
        const [{ page_count } = {}] = await query('PRAGMA page_count');
        await query(`PRAGMA max_page_count = ${String(page_count)}`);
        try {
          const answer = await createAction({ 'x-long': randomBytes(100_000).toString('base64') }, gpt);
          expect(problemOf(answer)).toBe('503 unavailable');
          expect(log()).toContain('SQLITE_FULL');
          expectNoLeak(answer.body);
        } finally {
          await query('PRAGMA max_page_count = 1073741823');
        }
      });
    }),
  mariadb: failsOnServer,
  mysql: failsOnServer,
};
failures[database]();

/** Kills the connections of sleeping queries, as an operator or a failing server would, until `isOver`. */
async function killSleepingQueries(isOver: () => boolean): Promise<void> {
  const connection = await createConnection(world.app.database.url);
  try {
    await eventually(async () => {
      const [rows] = await connection.query(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND state = 'User sleep'",
      );
      for (const { id } of rows as { id: number }[]) await connection.query(`KILL ${id}`).catch(ignoreUnknownThread);
    }, isOver);
  } finally {
    await connection.end();
  }
}

function ignoreUnknownThread(error: { code?: string }): void {
  if (error.code !== 'ER_NO_SUCH_THREAD') throw error;
}
