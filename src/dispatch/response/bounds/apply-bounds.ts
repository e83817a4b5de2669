import type { ResponseBounds } from '../../../actions/index.js';
import type { CutLog } from './cut.js';
import { PointerSet } from './pointer-set.js';

/**
 * Applies the bounds that the builder of an action has set for the responses of an operation: keeps values, then leaves out values, then cuts
 * arrays.
 *
 * @param value parsed JSON, at most 1,000 levels deep; not modified
 * @param cuts records the arrays that are cut
 */
export function applyBounds(value: unknown, { keep = [], drop = [], maxItems }: ResponseBounds, cuts: CutLog): unknown {
  const kept = keep.length === 0 ? value : (keepAt(value, PointerSet.of(keep)) ?? emptyLike(value));
  const left = drop.length === 0 ? kept : (dropAt(kept, PointerSet.of(drop)) ?? null);
  return maxItems === undefined ? left : cutArrays(left, maxItems, cuts);
}

/** Keeps the arrays and objects that the pointers lead through, so that an element without a kept value still counts. */
function keepAt(value: unknown, pointers: PointerSet): unknown {
  if (pointers.hasEnd) return value;
  if (pointers.isComplete || !isContainer(value)) return undefined;
  return mapParts(value, (part, key) => keepAt(part, pointers.step(key)));
}

function dropAt(value: unknown, pointers: PointerSet): unknown {
  if (pointers.hasEnd) return undefined;
  if (pointers.isComplete || !isContainer(value)) return value;
  return mapParts(value, (part, key) => dropAt(part, pointers.step(key)));
}

function cutArrays(value: unknown, maxItems: number, cuts: CutLog): unknown {
  if (!isContainer(value)) return value;
  const isLong = Array.isArray(value) && value.length > maxItems;
  if (isLong) cuts.add({ unit: 'items', shown: maxItems, total: value.length, limit: 'policy' });
  const shown = isLong ? value.slice(0, maxItems) : value;
  return mapParts(shown, (part, key) => cuts.within(key, () => cutArrays(part, maxItems, cuts)));
}

/** Leaves out the parts that become `undefined`, which JSON does not have. */
function mapParts(value: object, map: (part: unknown, key: string | number) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map).filter((part) => part !== undefined);
  const entries = Object.entries(value).map(([key, part]) => [key, map(part, key)] as const);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}

function emptyLike(value: unknown): unknown {
  if (!isContainer(value)) return null;
  return Array.isArray(value) ? [] : {};
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
