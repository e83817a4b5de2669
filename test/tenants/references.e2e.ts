import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { NotFoundError } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { database as kind } from '../support/test-database.js';
import { startServices, stopServices, type IsolationServices } from './isolation/services.js';
import { newWorld, type World } from './isolation/world.js';

let services: IsolationServices;
let database: Database;
let schema: LiveTable[];
let ours: World;
let theirs: World;

beforeAll(async () => {
  services = await startServices();
  database = services.app.get(Database);
  schema = await database.read((manager) => (kind === 'sqlite' ? ofSqlite(manager) : ofServer(manager)));
  [ours, theirs] = [await newWorld(services), await newWorld(services)];
});

afterAll(async () => {
  await stopServices(services);
});

/** References without a foreign key, and the reason. */
const FREE: Record<string, string> = {
  'vault_rotations.tenant_id': "the operator's record, which outlives the tenant",
  'vault_rotations.last_tenant_id': 'the progress of a rotation in the order of ids; the tenant may have been deleted',
  'api_keys.replaced_by':
    'deleting a tenant would cascade from key to key, and InnoDB limits cascades within a table to 15 levels',
  'api_keys.gpt_ids': 'a list, whose GPTs may be deleted without widening the key',
  'api_keys.operation_ids': 'a list, whose actions may be deleted without widening the key',
  'connected_accounts_links.gpt_ids': "a copy of the key's GPTs, with which the link is deleted",
  'mcp_authorizations.client_id': 'the URL of a client metadata document, or a sealed registration',
  'operations.operation_id': "a name of the action's document",
  'operation_policies.operation_id': 'a name, which the next document of the action may not have',
  'actions.callback_id': 'an id of its own, for the redirect URI',
  'data_keys.kek_id': "the name of a vault key, which is in the operator's settings",
  'data_keys.rotation_id': 'a rotation, which belongs to the operator and not to a tenant',
  'tool_call_results.call_id': 'a call, which is kept nowhere else',
  'tool_call_results.owner': 'a process',
  'connections.lease_owner': 'a process, or a revocation for the duration of a transaction',
  'traces.subject_id': 'a sign-in or a connection',
  'revocation_items.connection_id': 'an item outlives the connection until its tokens are revoked',
  'revocation_items.action_id': 'an item outlives the action',
  'revocations.action_id': 'a revocation outlives the action',
  'revocations.pending_scope_id': 'a tenant, a GPT or an action',
  'connection_epochs.scope_id': 'a tenant, a GPT or an action',
  'minute_statistics.action_id': 'statistics outlive the action',
  'minute_statistics.process_id': 'the name of a running process',
};

describe('the database schema', () => {
  const owned = () => schema.filter(({ columns }) => columns.some(({ name }) => name === 'tenant_id'));

  it('has the tables that are known to belong to tenants', () => {
    expect(owned().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['api_keys', 'gpts', 'actions', 'connections', 'sign_ins', 'confirmations', 'traces']),
    );
  });

  it('ties every tenant row to its tenant, directly or through its parent', () => {
    const loose = owned().filter(({ keys }) => !keys.some(({ columns }) => columns.includes('tenant_id')));
    const excused = loose.filter(({ name }) => FREE[`${name}.tenant_id`] === undefined);
    expect(excused.map(({ name }) => name)).toEqual([]);
  });

  it('has a foreign key with tenant and id for every reference, or a documented exception', () => {
    const references = owned().flatMap(({ name, columns, keys }) =>
      columns.filter(isReference).map((column) => ({
        place: `${name}.${column.name}`,
        isHeld: keys.some(
          (key) => key.columns.join() === `tenant_id,${column.name}` && key.to.join() === 'tenant_id,id',
        ),
      })),
    );
    const free = references.filter(({ isHeld }) => !isHeld).map(({ place }) => place);
    const excused = Object.keys(FREE).filter((place) => !place.endsWith('.tenant_id'));
    expect(free.toSorted()).toEqual(excused.toSorted());
  });

  it('references tenants by id, and rows of tenants only together with the tenant', () => {
    const keys = owned().flatMap(({ name, keys: all }) => all.map((key) => ({ name, ...key })));
    const isScoped = ({ table, columns, to }: (typeof keys)[number]) =>
      table === 'tenants'
        ? columns.join() === 'tenant_id' && to.join() === 'id'
        : columns.length === 2 && columns[0] === 'tenant_id' && to.join() === 'tenant_id,id';
    expect(keys.filter((key) => !isScoped(key))).toEqual([]);
  });
});

it.each([
  ['actions', 'gpt_id'],
  ['operations', 'action_id'],
  ['document_parts', 'action_id'],
  ['source_parts', 'action_id'],
  ['connections', 'gpt_id'],
  ['connections', 'action_id'],
  ['sign_ins', 'gpt_id'],
  ['sign_ins', 'action_id'],
  ['sign_ins', 'connection_id'],
] as const)("rejects another tenant's id in %s.%s, and accepts one of the same tenant", async (table, column) => {
  const put = (id: string) =>
    database.write((manager) =>
      manager.query(`UPDATE ${table} SET ${column} = ? WHERE tenant_id = ?`, [id, ours.ids.tenant_id]),
    );
  await expect(put(theirs.ids[column])).rejects.toThrow(NotFoundError);
  await put(ours.ids[column]);
});

interface LiveTable {
  name: string;
  columns: { name: string; type: string }[];
  keys: { table: string; columns: string[]; to: string[] }[];
}

/** Matches columns that are named like an id, or are as long as one, except the row's own. */
function isReference({ name, type }: { name: string; type: string }): boolean {
  return !['id', 'tenant_id'].includes(name) && (/_ids?$/.test(name) || type === 'varchar(40)');
}

async function ofSqlite(manager: EntityManager): Promise<LiveTable[]> {
  const rows = <T>(sql: string) => manager.query(sql) as Promise<T[]>;
  const names = await rows<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  return Promise.all(
    names.map(async ({ name }) => ({
      name,
      columns: await rows<{ name: string; type: string }>(`PRAGMA table_info("${name}")`),
      keys: keysOf(
        (await rows<{ id: number; table: string; from: string; to: string }>(`PRAGMA foreign_key_list("${name}")`)).map(
          ({ id, ...key }) => ({ ...key, key: String(id) }),
        ),
      ),
    })),
  );
}

async function ofServer(manager: EntityManager): Promise<LiveTable[]> {
  const columns = (await manager.query(
    `SELECT table_name AS t, column_name AS name, column_type AS type FROM information_schema.columns
     WHERE table_schema = DATABASE()`,
  )) as { t: string; name: string; type: string }[];
  const keys = (await manager.query(
    `SELECT table_name AS t, constraint_name AS \`key\`, column_name AS \`from\`, referenced_table_name AS \`table\`,
     referenced_column_name AS \`to\` FROM information_schema.key_column_usage
     WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL ORDER BY ordinal_position`,
  )) as (KeyColumn & { t: string })[];
  const names = [...new Set(columns.map(({ t }) => t))];
  return names.map((name) => ({
    name,
    columns: columns.filter(({ t }) => t === name),
    keys: keysOf(keys.filter(({ t }) => t === name)),
  }));
}

interface KeyColumn {
  key: string;
  table: string;
  from: string;
  to: string;
}

/** Groups columns by foreign key. */
function keysOf(columns: KeyColumn[]): LiveTable['keys'] {
  const names = [...new Set(columns.map(({ key }) => key))];
  return names.map((name) => {
    const own = columns.filter(({ key }) => key === name);
    return { table: own[0]?.table ?? '', columns: own.map(({ from }) => from), to: own.map(({ to }) => to) };
  });
}
