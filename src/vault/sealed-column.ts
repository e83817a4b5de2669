import { TextColumn } from '../database/index.js';
import type { SealContext } from './envelope.js';

/** The part of a row that its seal contexts are made of. */
type SealedRow = Record<string, unknown> & { tenantId: string };

/** A column of sealed secrets. */
export interface SealedColumn {
  entity: new () => object;
  property: string;
  /** The other properties that the seal context depends on. */
  contextProperties: readonly string[];
  contextOf(row: SealedRow): SealContext;
}

/**
 * How long a copy of a sealed secret may stay in memory. It is half as long as a replaced data key is kept, so that the copy can always be
 * unsealed.
 */
export const SEALED_MAX_AGE_MS = 1_800_000;

const COLUMNS: SealedColumn[] = [];

/**
 * Declares a nullable column of sealed secrets. Rotations find secrets by these declarations.
 *
 * @param context table and column of the seal context, and the property with the id of its row
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
      contextProperties: [rowId],
      contextOf: (row) => ({ tenantId: row.tenantId, table, rowId: String(row[rowId]), column }),
    });
  };
}

/** Returns the sealed columns of every entity that was imported. */
export function sealedColumns(): readonly SealedColumn[] {
  return COLUMNS;
}
