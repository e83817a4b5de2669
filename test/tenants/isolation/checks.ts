import { Statistics } from '../../../src/statistics/index.js';
import type { TestApp } from '../../support/app.js';
import type { Client, ApiResponse } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { problemOf } from '../../support/problem.js';
import { Statements, type Statement } from '../../support/statements.js';
import { diffTables, withoutOwnRows, type Tables } from '../../support/table-changes.js';
import type { TestTenant } from '../../support/tenant.js';
import type { Role } from './routes.js';
import type { IsolationServices } from './services.js';
import { unknownIds, type Ids, type World } from './world.js';

/** Sends a request with the given client and ids. */
export type Ask = (client: Client, ids: Ids) => Promise<ApiResponse>;

/** Matches statements of background jobs, and those that begin or end a transaction. */
const BACKGROUND =
  /vault_rotations|INTO .minute_statistics|FROM .data_keys|SET .last_used_at|audit_chains|(sequence|pending_scope_id). IS NULL|^(BEGIN|START|COMMIT|ROLLBACK|PRAGMA synchronous)/;

const MAX_TRIES = 3;

/** The result of a request by another tenant. */
interface Comparison {
  theirs: { status: number; seen: unknown; asked: string[] };
  nowhere: Comparison['theirs'];
  /** The tenant's ids that the response contains. */
  leaked: string[];
  changes: string[];
}

/** A tenant that requests the resources of another tenant. */
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
   * Sends a request with the ids of a tenant and with unknown ids. Neither the responses nor the database queries may differ, and nothing
   * may be written to any table except the stranger's own rows if the route allows it.
   *
   * @param seen extracts the parts of a response that must be equal
   */
  async compareWithUnknownIds(world: World, ask: Ask, seen: (answer: ApiResponse) => unknown): Promise<Comparison> {
    const { app } = this.services;
    const before = await settled(app);
    // Fills the caches for the stranger first.
    await this.asks(ask, unknownIds(world.ids));
    let [theirs, nowhere] = [await this.asks(ask, world.ids), await this.asks(ask, unknownIds(world.ids))];
    // A cached row of the stranger's own may have expired in between. A difference that the ids make is there each time.
    for (let tries = 1; tries < MAX_TRIES && theirs.asked.join() !== nowhere.asked.join(); tries++)
      [theirs, nowhere] = [await this.asks(ask, world.ids), await this.asks(ask, unknownIds(world.ids))];
    const text = JSON.stringify(theirs.answer.body);
    const changes = diffTables(before, await app.database.tables());
    const summarize = ({ answer, asked }: typeof theirs) => ({ status: answer.status, seen: seen(answer), asked });
    return {
      theirs: summarize(theirs),
      nowhere: summarize(nowhere),
      leaked: Object.values(world.ids).filter((id) => text.includes(id)),
      changes: theirs.answer.status < 400 ? withoutOwnRows(changes, this.tenant.id) : changes,
    };
  }

  private async asks(ask: Ask, ids: Ids): Promise<{ answer: ApiResponse; asked: string[] }> {
    const { admin } = this.tenant;
    const { result, statements } = await this.statements.during(() => ask(admin, ids));
    // The stranger's own key is cached for seconds and may be read again.
    const isOwnKey = ({ sql, parameters }: Statement) =>
      /FROM .api_keys/.test(sql) && parameters.some((value) => admin.key?.includes(`_${String(value)}_`));
    const asked = statements.filter((statement) => !BACKGROUND.test(statement.sql) && !isOwnKey(statement));
    return { answer: result, asked: asked.map(({ sql }) => sql.replaceAll(/\b\d+\b/g, '0')) };
  }
}

/**
 * Sends a request with every invalid key and every role that the route does not accept.
 *
 * @returns the requests that were not rejected, and all changes of tables
 */
export async function unexpectedAccess(
  { app }: IsolationServices,
  world: World,
  allowed: readonly Role[],
  ask: Ask,
): Promise<string[]> {
  const before = await settled(app);
  const roles = (['operator', 'admin', 'runtime'] as const).filter((role) => !allowed.includes(role));
  const tries = [
    ...Object.entries(world.invalidClients).map(([who, client]) => ({ who, client, refusal: '401 unauthenticated' })),
    ...roles.map((who) => ({ who, client: world[who], refusal: '403 forbidden' })),
  ];
  const otherwise: string[] = [];
  for (const { who, client, refusal } of tries) {
    const answer = problemOf(await ask(client, world.ids));
    if (answer !== refusal) otherwise.push(`${who}: ${answer}`);
  }
  return [...otherwise, ...diffTables(before, await app.database.tables())];
}

/** Returns all tables, after the background jobs of earlier tests have finished. */
async function settled(app: TestApp): Promise<Tables> {
  const { database } = app;
  // Writes earlier counts, so that later changes are caused by the request.
  await app.get(Statistics).write();
  return eventually(
    () => database.tables(),
    ({ vault_rotations = [], revocations = [] }) =>
      vault_rotations.every(({ status }) => status === 'completed') &&
      revocations.every(({ ended_at }) => ended_at !== null),
  );
}

/** Returns a rejected response except its request id, or a constant for a successful one. */
export function rejectedResponse(answer: ApiResponse): unknown {
  return answer.status < 400 ? 'none' : maskedResponse(answer);
}

const ID = /[a-z]+-[a-z2-9]{26}/g;

/** Returns a response without values that differ every time: ids, secrets and times. */
export function maskedResponse({ status, headers, body }: ApiResponse): unknown {
  const named = [...headers]
    .filter(([name]) => !['date', 'x-request-id', 'content-length', 'ratelimit'].includes(name))
    .map(([name, value]) => [name, value.replaceAll(ID, 'id')]);
  const text = JSON.stringify(status < 400 ? body : { ...body, request_id: typeof body.request_id });
  const masked = text
    .replaceAll(/"(next_cursor|key|token|resume|request_id)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(ID, 'id')
    .replaceAll(/\/signin\/[\w-]+/g, '/signin/…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
  return { status, headers: named, body: masked };
}
