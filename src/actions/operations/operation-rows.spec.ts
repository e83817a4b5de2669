import { describe, expect, it } from '@jest/globals';
import type { OperationSummary } from '@countersign/openapi';
import type { TenantStore } from '../../database/index.js';
import { storeOperations } from './operation-rows.js';

const operation = (index: number) =>
  ({ operationId: `op${index}`, method: 'GET', path: `/${index}`, tags: [] as string[] }) as OperationSummary;

/** A store that records the inserted positions, and counts the turns of the event loop between two inserts. */
function recordingStore() {
  const inserts: { positions: number[]; turn: number }[] = [];
  let turn = 0;
  const store = {
    delete: () => Promise.resolve(0),
    async insert(_: unknown, rows: { position: number }[]) {
      inserts.push({ positions: rows.map(({ position }) => position), turn });
      setImmediate(() => turn++);
    },
  };
  return { store: store as unknown as TenantStore, inserts };
}

describe('storeOperations', () => {
  it('stores all operations in order, and lets the event loop take a turn between batches', async () => {
    const { store, inserts } = recordingStore();
    const all = Array.from({ length: 250 }, (_, index) => operation(index));
    await storeOperations(store, 'act-1', all);
    expect(inserts.flatMap(({ positions }) => positions)).toEqual(all.map((_, index) => index));
    expect(inserts.map(({ turn }) => turn)).toEqual([0, 1, 2]);
  });
});
