import { createHash } from 'node:crypto';
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { DEPLOYMENT, GENESIS_HASH, hashOf } from './support/audit-chain.js';
import { addColumns, addIndices, createTables, dropColumns, dropIndices, dropTables } from './support/changes.js';
import { digest, int, unique, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'audit_chains',
    columns: [{ ...varchar('chain', 40), isPrimary: true }, int('sequence'), digest('hash')],
  }),
];

const COLUMNS = [
  { table: 'audit_events', name: 'actor_digest', definition: 'varchar(64)' },
  { table: 'audit_events', name: 'chain', definition: "varchar(40) NOT NULL DEFAULT ''" },
  { table: 'audit_events', name: 'sequence', definition: 'integer NOT NULL DEFAULT 0' },
  { table: 'audit_events', name: 'previous_hash', definition: "varchar(64) NOT NULL DEFAULT ''" },
  { table: 'audit_events', name: 'hash', definition: "varchar(64) NOT NULL DEFAULT ''" },
];

const INDICES = [unique('audit_events_in_chain', 'chain', 'sequence')];

const BATCH_SIZE = 500;

interface Row {
  id: string;
  tenant_id: string | null;
  type: string;
  actor: string;
  target_id: string;
  details: string;
  created_at: string | Date;
}

interface Head {
  sequence: number;
  hash: string;
}

/** Chains audit events. Existing events are chained in the order of their creation. */
export class AuditChain1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
    await createTables(runner, TABLES);
    await runner.query('DELETE FROM audit_chains');
    await runner.query("UPDATE audit_events SET chain = '', sequence = 0");
    for (;;) {
      const [next] = (await runner.query("SELECT tenant_id FROM audit_events WHERE chain = '' LIMIT 1")) as Row[];
      if (!next) break;
      await this.chainEvents(runner, next.tenant_id);
    }
    await addIndices(runner, 'audit_events', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndices(runner, 'audit_events', INDICES);
    await dropTables(runner, TABLES);
    await dropColumns(runner, COLUMNS);
  }

  private async chainEvents(runner: QueryRunner, tenantId: string | null): Promise<void> {
    const chain = tenantId ?? DEPLOYMENT;
    const where = tenantId === null ? 'tenant_id IS NULL' : 'tenant_id = ?';
    let head: Head = { sequence: 0, hash: GENESIS_HASH };
    for (;;) {
      const rows = (await runner.query(
        `SELECT * FROM audit_events WHERE chain = '' AND ${where} ORDER BY created_at, id LIMIT ${BATCH_SIZE}`,
        tenantId === null ? [] : [tenantId],
      )) as Row[];
      for (const row of rows) head = await this.append(runner, chain, row, head);
      if (rows.length < BATCH_SIZE) break;
    }
    await runner.query('INSERT INTO audit_chains (chain, sequence, hash) VALUES (?, ?, ?)', [
      chain,
      head.sequence,
      head.hash,
    ]);
  }

  private async append(runner: QueryRunner, chain: string, row: Row, before: Head): Promise<Head> {
    const actor = JSON.parse(row.actor) as Record<string, string>;
    const sequence = before.sequence + 1;
    const hash = hashOf({
      chain,
      sequence,
      id: row.id,
      type: row.type,
      actor,
      target_id: row.target_id,
      details: JSON.parse(row.details) as Record<string, unknown>,
      created_at: timeOf(row.created_at).toISOString(),
      previous_hash: before.hash,
    });
    const actorId = actor['key_id'] ?? actor['user'];
    const actorDigest = actorId === undefined ? null : createHash('sha256').update(actorId).digest('hex');
    await runner.query(
      'UPDATE audit_events SET chain = ?, sequence = ?, previous_hash = ?, hash = ?, actor_digest = ? WHERE id = ?',
      [chain, sequence, before.hash, hash, actorDigest, row.id],
    );
    return { sequence, hash };
  }
}

/** SQLite stores times as text in UTC, without a time zone. */
function timeOf(value: string | Date): Date {
  return value instanceof Date ? value : new Date(`${value.replace(' ', 'T')}Z`);
}
