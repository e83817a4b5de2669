import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Action } from '../../actions/index.js';
import { AuthSchemas } from '../../auth-registry/index.js';
import { Clock, digest, HIDDEN, MAX_TIME, newId, parseTime, type FieldError } from '../../common/index.js';
import { Database, isDuplicate, type TenantStore } from '../../database/index.js';
import { ConnectionWriter, type ImportedTokens, type NewTokenColumns } from '../store/connection-writer.js';
import { Connection } from '../store/connection.entity.js';
import { readImportedValues } from './connection-values.js';
import type { CreateConnectionDto } from './create-connection.dto.js';

/** The earliest time that every database stores. */
const MIN_TIME = new Date(0);

/** What became of one user's tokens. */
export type ImportResult =
  | { status: 'created' | 'replaced'; connectionId: string; action: Action }
  /** The user has an active connection, and its tokens may not be replaced. */
  | { status: 'skipped' }
  | { status: 'failed'; code: 'not_found' }
  | { status: 'failed'; code: 'invalid_request'; errors: FieldError[] };

/** Stores the results in the transaction that stores the connections. */
export type Commit = (store: TenantStore, results: readonly ImportResult[]) => Promise<void>;

/** The tokens of one user, and what becomes of them. */
interface Plan {
  tokens: CreateConnectionDto;
  result: ImportResult;
  /** The connection whose tokens are replaced. */
  before?: Connection;
  columns?: NewTokenColumns;
}

type Stored = Plan & { result: Extract<ImportResult, { connectionId: string }>; columns: NewTokenColumns };

/** Stores tokens that a tenant has already as connections of its users. They then are like the tokens of a sign-in. */
@Injectable()
export class ConnectionImporter {
  constructor(
    private readonly database: Database,
    private readonly schemas: AuthSchemas,
    private readonly writer: ConnectionWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the tokens of users in one transaction. If an action or a connection has changed since it was read, everything is decided again.
   *
   * @param all valid input, for each user and action at most once
   * @param commit runs last in the transaction, and again if it is repeated
   */
  async store(tenantId: string, all: readonly CreateConnectionDto[], commit: Commit): Promise<ImportResult[]> {
    for (;;) {
      const plans = await this.plan(tenantId, all);
      const results = plans.map(({ result }) => result);
      try {
        await this.database.tenant(tenantId).write(async (store) => {
          await this.write(store, plans.filter(isStored));
          await commit(store, results);
        });
        return results;
      } catch (error) {
        if (!isDuplicate(error) && !(error instanceof ConcurrentChangeError)) throw error;
      }
    }
  }

  private async plan(tenantId: string, all: readonly CreateConnectionDto[]): Promise<Plan[]> {
    const { actions, connections } = await this.database.tenant(tenantId).read(async (store) => ({
      actions: await actionsOf(store, all),
      connections: await connectionsOf(store, all),
    }));
    return Promise.all(
      all.map((tokens) => this.planOne(tokens, actions.get(tokens.action_id), connections.get(keyOf(tokens)))),
    );
  }

  private async planOne(tokens: CreateConnectionDto, action?: Action, before?: Connection): Promise<Plan> {
    if (!action) return { tokens, result: { status: 'failed', code: 'not_found' } };
    const { values, errors: valueErrors } = readImportedValues(action, tokens.values);
    const errors = [...this.check(action, tokens), ...valueErrors];
    if (errors.length > 0) return { tokens, result: { status: 'failed', code: 'invalid_request', errors } };
    if (before?.status === 'active' && !tokens.replace) return { tokens, result: { status: 'skipped' } };
    const connectionId = before?.id ?? newId('conn');
    const owner = { tenantId: action.tenantId, id: connectionId, lastUsedAt: this.clock.now() };
    const { userTokenType } = this.schemas.of(action);
    const columns = await this.writer.importedColumns(owner, { ...tokensOf(tokens, userTokenType), values });
    return { tokens, result: { status: before ? 'replaced' : 'created', connectionId, action }, before, columns };
  }

  private check(action: Action, tokens: CreateConnectionDto): FieldError[] {
    const errors = this.schemas.of(action).checkUserTokens(action.authSettings, tokens);
    if (!errors) return [{ pointer: '/action_id', message: 'users of this action do not sign in; see its `auth`' }];
    return [...errors, ...placeholders(tokens), ...this.checkExpiry(tokens)];
  }

  private checkExpiry({ expires_at, refresh_token }: CreateConnectionDto): FieldError[] {
    if (!expires_at) return [];
    const expiresAt = parseTime(expires_at);
    if (!(expiresAt >= MIN_TIME && expiresAt <= MAX_TIME)) {
      return [{ pointer: '/expires_at', message: 'expires_at must be a time between the years 1970 and 9999' }];
    }
    if (refresh_token || expiresAt > this.clock.now()) return [];
    return [{ pointer: '/expires_at', message: 'the access token has expired, and there is no refresh token' }];
  }

  private async write(store: TenantStore, plans: readonly Stored[]): Promise<void> {
    await requireUnchanged(store, plans);
    const created = plans.filter(({ before }) => before === undefined);
    await this.writer.createAll(
      store,
      created.map(({ tokens: { user }, columns, result }) => ({ ...result, user, columns })),
    );
    for (const { before, columns, result } of plans) {
      if (before && !(await this.writer.replace(store, before, result.action, columns))) {
        throw new ConcurrentChangeError();
      }
    }
  }
}

/** What was decided no longer holds. */
class ConcurrentChangeError extends Error {}

function isStored(plan: Plan): plan is Stored {
  return plan.columns !== undefined;
}

/** Rolls the transaction back if the tokens could be sent to another server or endpoint than when they were checked. */
async function requireUnchanged(store: TenantStore, plans: readonly Stored[]): Promise<void> {
  const actions = new Map(plans.map(({ result: { action } }) => [action.id, action]));
  if (actions.size === 0) return;
  const where = { id: In([...actions.keys()]) };
  const current = await store.find(Action, where, { select: { id: true, bindingVersion: true } });
  const isSame = ({ id, bindingVersion }: Action) => actions.get(id)?.bindingVersion === bindingVersion;
  if (current.length < actions.size || !current.every(isSame)) throw new ConcurrentChangeError();
}

async function actionsOf(store: TenantStore, all: readonly CreateConnectionDto[]): Promise<Map<string, Action>> {
  const ids = [...new Set(all.map(({ action_id }) => action_id))];
  const actions = await store.find(Action, { id: In(ids) });
  return new Map(actions.map((action) => [action.id, action]));
}

/** Returns the connections of the users, by `keyOf`. */
async function connectionsOf(
  store: TenantStore,
  all: readonly CreateConnectionDto[],
): Promise<Map<string, Connection>> {
  const found = new Map<string, Connection>();
  for (const actionId of new Set(all.map(({ action_id }) => action_id))) {
    const own = all.filter(({ action_id }) => action_id === actionId);
    const userDigest = In(own.map(({ user }) => digest(user)));
    for (const row of await store.find(Connection, { actionId, userDigest })) {
      found.set(keyOf({ action_id: actionId, user: row.user }), row);
    }
  }
  return found;
}

/** Identifies a user's connection. */
export function keyOf({ action_id, user }: Pick<CreateConnectionDto, 'action_id' | 'user'>): string {
  return `${action_id} ${user}`;
}

/** Rejects what this API shows instead of secrets. */
function placeholders(tokens: CreateConnectionDto): FieldError[] {
  return (['access_token', 'refresh_token'] as const)
    .filter((name) => tokens[name] === HIDDEN)
    .map((name) => ({ pointer: `/${name}`, message: `${name} is a placeholder; send the token` }));
}

function tokensOf(tokens: CreateConnectionDto, defaultType: string): ImportedTokens {
  const { access_token, refresh_token, expires_at, scope, token_type } = tokens;
  return {
    accessToken: access_token,
    ...(refresh_token && { refreshToken: refresh_token }),
    ...(scope && { scope }),
    tokenType: token_type ?? defaultType,
    ...(expires_at && { expiresAt: parseTime(expires_at) }),
  };
}
