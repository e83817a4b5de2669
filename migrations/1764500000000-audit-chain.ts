import { createHash } from 'node:crypto';
import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { GENESIS_HASH, DEPLOYMENT, hashOf } from '../src/audit/chain.js';
import { digest, int, varchar } from './columns.js';

const CHAINS = new Table({
  name: 'audit_chains',
  columns: [{ ...varchar('chain', 40), isPrimary: true }, int('sequence'), digest('hash')],
});

const IN_CHAIN = new TableIndex({ name: 'audit_events_in_chain', columnNames: ['chain', 'sequence'], isUnique: true });

/** As `ALTER TABLE` takes them on every database. */
const COLUMNS: [column: string, definition: string][] = [
  ['actor_digest', 'varchar(64)'],
  ['chain', "varchar(40) NOT NULL DEFAULT ''"],
  ['sequence', 'integer NOT NULL DEFAULT 0'],
  ['previous_hash', "varchar(64) NOT NULL DEFAULT ''"],
  ['hash', "varchar(64) NOT NULL DEFAULT ''"],
];

const BATCH = 500;

interface Row {
  id: string;
  tenant_id: string | null;
  type: string;
  actor: string;
  target_id: string;
  details: string;
  created_at: string | Date;
}

/** Chains audit events, those from before in the order in which they were listed. */
export class AuditChain1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [column, definition] of COLUMNS) {
      // MySQL keeps what a migration had done when it was cut off.
      if (await runner.hasColumn('audit_events', column)) continue;
      await runner.query(`ALTER TABLE audit_events ADD COLUMN ${column} ${definition}`);
    }
    await runner.createTable(CHAINS.clone(), true);
    await runner.query('DELETE FROM audit_chains');
    await runner.query("UPDATE audit_events SET chain = '', sequence = 0");
    for (;;) {
      const [next] = (await runner.query("SELECT tenant_id FROM audit_events WHERE chain = '' LIMIT 1")) as Row[];
      if (!next) break;
      await this.chain(runner, next.tenant_id);
    }
    const { indices = [] } = (await runner.getTable('audit_events')) ?? {};
    if (!indices.some(({ name }) => name === IN_CHAIN.name)) await runner.createIndex('audit_events', IN_CHAIN.clone());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('audit_events', IN_CHAIN.clone());
    await runner.dropTable(CHAINS.name, true);
    for (const [column] of COLUMNS.toReversed()) await runner.query(`ALTER TABLE audit_events DROP COLUMN ${column}`);
  }

  private async chain(runner: QueryRunner, tenantId: string | null): Promise<void> {
    const chain = tenantId ?? DEPLOYMENT;
    let head = { sequence: 0, hash: GENESIS_HASH };
    for (;;) {
      const where = tenantId === null ? 'tenant_id IS NULL' : 'tenant_id = ?';
      const rows = (await runner.query(
        `SELECT * FROM audit_events WHERE chain = '' AND ${where} ORDER BY created_at, id LIMIT ${BATCH}`,
        tenantId === null ? [] : [tenantId],
      )) as Row[];
      for (const row of rows) head = await this.append(runner, chain, row, head);
      if (rows.length < BATCH) break;
    }
    await runner.query('INSERT INTO audit_chains (chain, sequence, hash) VALUES (?, ?, ?)', [
      chain,
      head.sequence,
      head.hash,
    ]);
  }

  private async append(runner: QueryRunner, chain: string, row: Row, before: { sequence: number; hash: string }) {
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
    const who = actor['key_id'] ?? actor['user'];
    const actorDigest = who === undefined ? null : createHash('sha256').update(who).digest('hex');
    await runner.query(
      'UPDATE audit_events SET chain = ?, sequence = ?, previous_hash = ?, hash = ?, actor_digest = ? WHERE id = ?',
      [chain, sequence, before.hash, hash, actorDigest, row.id],
    );
    return { sequence, hash };
  }
}

/** SQLite has it as text in UTC, without saying so. */
function timeOf(value: string | Date): Date {
  return value instanceof Date ? value : new Date(`${value.replace(' ', 'T')}Z`);
}
