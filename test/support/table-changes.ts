import type { Row } from './test-database.js';

export type Tables = Record<string, Row[]>;

/**
 * What two looks at all tables do not have in common: `- table row` for what is gone or was otherwise, `+ table row` for what is new.
 *
 * Left out is `last_used_at` alone: it is noted in the background for whoever has a good key, also where the key's role may not do what was
 * asked. Requests that are refused leave no audit events, and what is counted for limits is not in the database.
 */
export function changesBetween(before: Tables, after: Tables): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  return [...difference(old, now).map((line) => `- ${line}`), ...difference(now, old).map((line) => `+ ${line}`)];
}

/** Which of the changes are not new rows of this tenant, such as of one that may do the same at home. */
export function changesElsewhere(changes: string[], tenantId: string): string[] {
  // Audit events belong to the tenant by their chain.
  const isTheirs = (line: string) =>
    line.includes(`"tenant_id":"${tenantId}"`) ||
    (/^[-+] audit_events /.test(line) && line.includes(`"chain":"${tenantId}"`));
  // A new event changes the head of its chain.
  const isTheirChain = (line: string) => /^[-+] audit_chains /.test(line) && line.includes(`"chain":"${tenantId}"`);
  return changes.filter((line) => !(line.startsWith('+') && isTheirs(line)) && !isTheirChain(line));
}

function linesOf(tables: Tables): Set<string> {
  return new Set(
    Object.entries(tables).flatMap(([table, rows]) =>
      rows.map((row) => `${table} ${JSON.stringify({ ...row, last_used_at: undefined })}`),
    ),
  );
}

function difference(these: Set<string>, those: Set<string>): string[] {
  return [...these].filter((line) => !those.has(line));
}
