import { describe, expect, it } from '@jest/globals';
import type { FindOperator } from 'typeorm';
import type { TenantStore } from '../../database/index.js';
import { findOperations } from './find-operations.js';

interface Row {
  actionId: string;
  position: number;
}

interface Where {
  actionId: string | FindOperator<string>;
  position?: FindOperator<number>;
}

/** A store of operations that records how many rows each statement returns. */
function storeOf(counts: Record<string, number>) {
  const rows = Object.entries(counts).flatMap(([actionId, count]) =>
    Array.from({ length: count }, (_, position): Row => ({ actionId, position })),
  );
  const statements: number[] = [];
  const find = async (_: unknown, { actionId, position }: Where, { take }: { take: number }): Promise<Row[]> => {
    const ids = typeof actionId === 'string' ? [actionId] : (actionId.value as unknown as string[]);
    const after = position?.value ?? -1;
    const page = rows.filter((row) => ids.includes(row.actionId) && row.position > after).slice(0, take);
    statements.push(page.length);
    return page;
  };
  return { store: { find } as unknown as TenantStore, rows, statements };
}

describe('findOperations', () => {
  it.each<[string, Record<string, number>, number[]]>([
    ['no action', {}, []],
    ['few operations of several actions, in one statement', { a: 3, b: 0, c: 2 }, [5]],
    ['exactly a page', { a: 1000 }, [1000, 0]],
    ['more than a page of one action', { a: 2500 }, [1000, 1000, 500]],
    ['a page that ends within an action, and the actions after it', { a: 600, b: 900, c: 10 }, [1000, 500, 10]],
    ['a page that ends with an action', { a: 600, b: 400, c: 10 }, [1000, 0, 10]],
  ])('reads %s', async (_, counts, expected) => {
    const { store, rows, statements } = storeOf(counts);
    expect(await findOperations(store, Object.keys(counts).toReversed())).toEqual(rows);
    expect(statements).toEqual(expected);
  });

  it('lets others run between the pages', async () => {
    const { store, statements } = storeOf({ a: 2500 });
    const seen: number[] = [];
    const count = (): void => {
      seen.push(statements.length);
      if (statements.length < 3) setImmediate(count);
    };
    setImmediate(count);
    await findOperations(store, ['a']);
    expect(new Set(seen).size).toBeGreaterThan(1);
  });
});
