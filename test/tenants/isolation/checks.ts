import { Statistics } from '../../../src/statistics/index.js';
import type { TestApp } from '../../support/app.js';
import type { Client, Answer } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { problemOf } from '../../support/problem.js';
import { Statements, type Statement } from '../../support/statements.js';
import { diffTables, withoutOwnRows, type Tables } from '../../support/table-changes.js';
import type { TestTenant } from '../../support/tenant.js';
import type { Role } from './routes.js';
import type { IsolationServices } from './services.js';
import { unknownIds, type Ids, type World } from './world.js';

/** Asks, as whoever it is, with the ids of whomever. */
export type Ask = (client: Client, ids: Ids) => Promise<Answer>;

/** What is written or looked for on a clock, and what says only where a transaction begins and ends. */
const BACKGROUND =
  /vault_rotations|INTO .minute_statistics|FROM .data_keys|SET .last_used_at|^(BEGIN|START|COMMIT|ROLLBACK)/;

/** What a stranger was told. */
interface Told {
  theirs: { status: number; seen: unknown; asked: string[] };
  nowhere: Told['theirs'];
  /** The tenant's ids that stand in the answer. */
  leaked: string[];
  changes: string[];
}

/** A tenant who asks for what is another's, seen from the outside and in the tables. */
export class Stranger {
  private constructor(
    readonly tenant: TestTenant,
    private readonly services: IsolationServices,
    private readonly statements: Statements,
  ) {}

  static async of(services: IsolationServices): Promise<Stranger> {
    return new Stranger(await services.app.tenant('Stranger'), services, await Statements.of(services.app));
  }

  /**
   * Asks with a tenant's ids and with ids that never were. From one nothing may be told that the other does not tell: not by the answer,
   * not by what the database was asked for it. And nothing may be written in any table, but by the stranger at home where that is allowed.
   *
   * @param seen of an answer what has to be the same
   */
  async asksFor(world: World, ask: Ask, seen: (answer: Answer) => unknown): Promise<Told> {
    const { app } = this.services;
    const before = await settled(app);
    // What is remembered of the stranger itself is remembered from here on.
    await this.asks(ask, unknownIds(world.ids));
    const theirs = await this.asks(ask, world.ids);
    const nowhere = await this.asks(ask, unknownIds(world.ids));
    const text = JSON.stringify(theirs.answer.body);
    const changes = diffTables(before, await app.database.tables());
    const told = ({ answer, asked }: typeof theirs) => ({ status: answer.status, seen: seen(answer), asked });
    return {
      theirs: told(theirs),
      nowhere: told(nowhere),
      leaked: Object.values(world.ids).filter((id) => text.includes(id)),
      changes: theirs.answer.status < 400 ? withoutOwnRows(changes, this.tenant.id) : changes,
    };
  }

  private async asks(ask: Ask, ids: Ids): Promise<{ answer: Answer; asked: string[] }> {
    const { admin } = this.tenant;
    const { result, statements } = await this.statements.during(() => ask(admin, ids));
    // The stranger's own key is remembered for some seconds, and read again after them.
    const isOwnKey = ({ sql, parameters }: Statement) =>
      /FROM .api_keys/.test(sql) && parameters.some((value) => admin.key?.includes(`_${String(value)}_`));
    const asked = statements.filter((statement) => !BACKGROUND.test(statement.sql) && !isOwnKey(statement));
    return { answer: result, asked: asked.map(({ sql }) => sql.replaceAll(/\b\d+\b/g, '0')) };
  }
}

/**
 * Lets everybody try who is not somebody, or whom the route is not for.
 *
 * @returns who was answered otherwise than by being turned away, and what was written in any table
 */
export async function gotIn(
  { app }: IsolationServices,
  world: World,
  allowed: readonly Role[],
  ask: Ask,
): Promise<string[]> {
  const before = await settled(app);
  const roles = (['operator', 'admin', 'runtime'] as const).filter((role) => !allowed.includes(role));
  const tries = [
    ...Object.entries(world.nobodies).map(([who, client]) => ({ who, client, refusal: '401 unauthenticated' })),
    ...roles.map((who) => ({ who, client: world[who], refusal: '403 forbidden' })),
  ];
  const otherwise: string[] = [];
  for (const { who, client, refusal } of tries) {
    const answer = problemOf(await ask(client, world.ids));
    if (answer !== refusal) otherwise.push(`${who}: ${answer}`);
  }
  return [...otherwise, ...diffTables(before, await app.database.tables())];
}

/** All tables, once what tests before have begun in the background is over. */
async function settled(app: TestApp): Promise<Tables> {
  const { database } = app;
  // What was counted before is written before: whatever comes later is from what is asked now.
  await app.get(Statistics).write();
  return eventually(
    () => database.tables(),
    ({ vault_rotations = [], revocations = [] }) =>
      vault_rotations.every(({ status }) => status === 'completed') &&
      revocations.every(({ ended_at }) => ended_at !== null),
  );
}

/** Every byte of a refusal but the request's id; of an answer that is none, only that. */
export function refusalIn(answer: Answer): unknown {
  return answer.status < 400 ? 'none' : answerOf(answer);
}

/** Every byte of an answer but what is made anew for each: ids, secrets, times. */
export function answerOf({ status, headers, body }: Answer): unknown {
  const named = [...headers].filter(
    ([name]) => !['date', 'x-request-id', 'content-length', 'ratelimit'].includes(name),
  );
  const text = JSON.stringify(status < 400 ? body : { ...body, request_id: typeof body.request_id });
  const masked = text
    .replaceAll(/"(next_cursor|key|token|request_id)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(/[a-z]+-[a-z2-9]{26}/g, 'id')
    .replaceAll(/\/signin\/[\w-]+/g, '/signin/…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
  return { status, headers: named, body: masked };
}
