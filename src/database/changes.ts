import type { EntityManager, EntityTarget } from 'typeorm';

/** Rows of one tenant that a transaction has written. */
export interface RowChange {
  entity: EntityTarget<object>;
  tenantId: string;
  /** The id of the row; `undefined` if they may be several. */
  id: string | undefined;
  /** Whether the rows were inserted. */
  isNew: boolean;
}

/** The changes of the transactions that are running. */
const changesOf = new WeakMap<EntityManager, RowChange[]>();

/** Collects the changes of a transaction in a list. */
export function collectChanges(manager: EntityManager, changes: RowChange[]): void {
  changesOf.set(manager, changes);
}

/** Records a change for the listeners of `Database.onChange`. */
export function recordChange(manager: EntityManager, change: RowChange): void {
  changesOf.get(manager)?.push(change);
}
