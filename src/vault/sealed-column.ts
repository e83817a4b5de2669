import { TextColumn } from '../database/index.js';
import type { SealContext } from './envelope.js';

/** A row, as far as it says where its secret belongs. */
type SealedRow = Record<string, unknown> & { tenantId: string };

/** A column that holds sealed secrets. */
export interface SealedColumn {
  entity: new () => object;
  /** The name of the property. */
  property: string;
  /** What else of the row the place depends on. */
  reads: readonly string[];
  contextOf(row: SealedRow): SealContext;
}

/** How long a copy of a sealed secret may stay in memory: half as long as the key that it may need, once that is replaced. */
export const SEALED_KEPT_MS = 1_800_000;

const COLUMNS: SealedColumn[] = [];

/**
 * A column of secrets, sealed to their place. A rotation finds them by this.
 *
 * @param place table and column that they are sealed to, and the property that has the id of its row
 */
export function SealedColumn(
  name: string,
  { table, column, rowId }: { table: string; column: string; rowId: string },
): PropertyDecorator {
  const define = TextColumn(name, { nullable: true });
  return (target, property) => {
    define(target, property);
    COLUMNS.push({
      entity: target.constructor as new () => object,
      property: String(property),
      reads: [rowId],
      contextOf: (row) => ({ tenantId: row.tenantId, table, rowId: String(row[rowId]), column }),
    });
  };
}

/** All of them, of the entities that were loaded. */
export function sealedColumns(): readonly SealedColumn[] {
  return COLUMNS;
}
