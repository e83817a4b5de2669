/** Changes of the schema that break a version of the server that does not know them. */
const BREAKING: [RegExp, string][] = [
  [/^DROP TABLE\b/i, 'drops a table'],
  [/^RENAME TABLE\b|\bRENAME TO\b/i, 'renames a table'],
  [/\bDROP (COLUMN|FOREIGN KEY|PRIMARY KEY|CONSTRAINT)\b/i, 'drops what the previous version may use'],
  [/\b(RENAME COLUMN|CHANGE( COLUMN)?)\b/i, 'renames a column'],
  [/\b(MODIFY|ALTER COLUMN)\b/i, 'changes the type of a column'],
];

const ADDED_COLUMN = /\bADD (?:COLUMN )?[`"]?\w+[`"]? \w+(?:\([\d,]+\))?(?<constraints>.*)$/is;
const ADDED_CONSTRAINT = /\bADD (CONSTRAINT|PRIMARY KEY|FOREIGN KEY|UNIQUE)\b/i;
const UNIQUE_INDEX = /^CREATE UNIQUE INDEX .* ON [`"]?(?<table>\w+)/i;
const CREATED_TABLE = /^CREATE TABLE (?:IF NOT EXISTS )?[`"]?(?<table>\w+)/i;
const ALTERED_TABLE = /^ALTER TABLE [`"]?(?<table>\w+)/i;

/**
 * Returns the statements with which a migration is not additive, each with the reason: the previous version of the server, which still runs
 * during a rolling upgrade, would fail or would write rows that the new schema rejects. Tables that the same statements create may change freely.
 */
export function breakingStatements(statements: readonly string[]): string[] {
  const created = new Set(statements.flatMap((sql) => CREATED_TABLE.exec(sql.trim())?.groups?.['table'] ?? []));
  return statements.flatMap((statement) => {
    const sql = statement.trim();
    const table = (ALTERED_TABLE.exec(sql) ?? UNIQUE_INDEX.exec(sql))?.groups?.['table'];
    const reason = table !== undefined && created.has(table) ? undefined : reasonOf(sql);
    return reason ? [`${reason}: ${sql}`] : [];
  });
}

function reasonOf(sql: string): string | undefined {
  if (UNIQUE_INDEX.test(sql)) return 'rejects rows that the previous version may write';
  if (!/^(ALTER|DROP|RENAME) /i.test(sql) || /^DROP INDEX\b/i.test(sql)) return undefined;
  const breaking = BREAKING.find(([pattern]) => pattern.test(sql));
  if (breaking) return breaking[1];
  if (ADDED_CONSTRAINT.test(sql)) return 'rejects rows that the previous version may write';
  const constraints = ADDED_COLUMN.exec(sql)?.groups?.['constraints'] ?? '';
  const isRequired = /\bNOT NULL\b/i.test(constraints) && !/\bDEFAULT\b/i.test(constraints);
  return isRequired ? 'adds a column that the previous version does not fill' : undefined;
}
