import { setImmediate } from 'node:timers/promises';
import { In, MoreThan, type FindOptionsSelect } from 'typeorm';
import type { TenantStore } from '../../database/index.js';
import { Operation } from '../store/operation.entity.js';

/** Rows per statement, which take some 20 ms. TypeORM needs most of the time. */
const PAGE = 1000;

/**
 * Reads the operations of actions in pages. Other requests are served between the pages.
 *
 * @param select columns to read besides `actionId` and `position`; all by default
 * @returns the operations by action, each in the order of its document
 */
export async function findOperations(
  store: TenantStore,
  actionIds: readonly string[],
  select?: FindOptionsSelect<Operation>,
): Promise<Operation[]> {
  const found: Operation[] = [];
  const options = {
    ...(select && { select: { ...select, actionId: true, position: true } }),
    order: { actionId: 'ASC', position: 'ASC' },
    take: PAGE,
  } as const;
  let ids = actionIds.toSorted();
  /** The last row of a page, whose action may have more rows. */
  let last: Operation | undefined;
  while (ids.length > 0) {
    const rest = last && { actionId: last.actionId, position: MoreThan(last.position) };
    const page = await store.find(Operation, rest ?? { actionId: In(ids) }, options);
    found.push(...page);
    if (page.length === PAGE) last = page.at(-1);
    else if (last === undefined) break;
    else {
      const { actionId } = last;
      ids = ids.filter((id) => id > actionId);
      last = undefined;
    }
    await setImmediate();
  }
  return found;
}
