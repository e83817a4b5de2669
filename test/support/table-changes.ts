import type { Row } from './test-database.js';

export type Tables = Record<string, Row[]>;

/**
 * Returns the differences between two snapshots of all tables: `- table row` for removed or old rows, `+ table row` for new ones.
 *
 * `last_used_at` is ignored: it is updated in the background for every valid key, even if the key's role does not permit the
 * request. The positions of audit events and the statistics are ignored, because they are written in the background too. Rejected requests
 * cause no audit events, and counters of rate limits are not in the database.
 */
export function diffTables(before: Tables, after: Tables): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  return [...difference(old, now).map((line) => `- ${line}`), ...difference(now, old).map((line) => `+ ${line}`)];
}

/** Removes new rows of this tenant from the changes. */
export function withoutOwnRows(changes: string[], tenantId: string): string[] {
  // Audit events refer to their tenant by their chain.
  const isTheirs = (line: string) =>
    line.includes(`"tenant_id":"${tenantId}"`) ||
    (/^[-+] audit_events /.test(line) && line.includes(`"chain":"${tenantId}"`));
  return changes.filter((line) => !(line.startsWith('+') && isTheirs(line)));
}

/** Tables that requests which were made before change later. */
const WRITTEN_LATER = new Set(['audit_chains', 'minute_statistics']);

function linesOf(tables: Tables): Set<string> {
  return new Set(
    Object.entries(tables).flatMap(([table, rows]) =>
      WRITTEN_LATER.has(table) ? [] : rows.map((row) => `${table} ${JSON.stringify({ ...row, ...ignoredIn(table) })}`),
    ),
  );
}

function ignoredIn(table: string): Row {
  const position = { sequence: undefined, previous_hash: undefined, hash: undefined };
  return { last_used_at: undefined, ...(table === 'audit_events' && position) };
}

function difference(these: Set<string>, those: Set<string>): string[] {
  return [...these].filter((line) => !those.has(line));
}
