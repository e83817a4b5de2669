import type { EntityManager, QueryRunner } from 'typeorm';
import type { UnitOfWork } from './connection-pool.js';
import type { Attempt } from './retries.js';

/**
 * Runs work in a transaction. Once COMMIT was sent, the attempt is not repeatable: unless the server says that it rolled the transaction back,
 * its result is unknown.
 *
 * @param run runs a unit of work on a connection of its own
 */
export function inTransaction<T>(
  run: (unit: UnitOfWork<T>) => Promise<T>,
  work: (manager: EntityManager) => Promise<T>,
): Attempt<T> {
  let isCommitting = false;
  const transaction = async (runner: QueryRunner): Promise<T> => {
    try {
      await runner.startTransaction();
      const result = await work(runner.manager);
      isCommitting = true;
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // If this fails, the transaction remains active, and the pool closes the connection.
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  };
  return { result: run(transaction), isRepeatable: () => !isCommitting };
}
