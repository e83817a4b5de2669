import { isContainer } from '@countersign/openapi';

/** Tells whether a JSON value is nested deeper than `levels`. Reads no deeper than that itself. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
