/** A set of characters as sorted ranges `[first, last]`, which neither overlap nor touch. */
export type CharSet = readonly CharRange[];
export type CharRange = readonly [first: number, last: number];

export const EMPTY_SET: CharSet = [];

/** Makes a set of ranges in any order. */
export function charSet(ranges: readonly CharRange[]): CharSet {
  if (ranges.length < 2) return ranges;
  const merged: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([one], [other]) => one - other)) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function union(...sets: readonly CharSet[]): CharSet {
  const others = sets.filter(({ length }) => length > 0);
  return others.length === 1 ? (others[0] ?? EMPTY_SET) : charSet(others.flat());
}

/** Returns the characters up to `max` that are not in the set. */
export function complement(set: CharSet, max: number): CharSet {
  const gaps: CharRange[] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= max) gaps.push([next, max]);
  return gaps;
}

/** Returns whether two sets have a character in common. */
export function intersects(one: CharSet, other: CharSet): boolean {
  let [left, right] = [0, 0];
  for (;;) {
    const [a, b] = [one[left], other[right]];
    if (a === undefined || b === undefined) return false;
    if (a[0] <= b[1] && b[0] <= a[1]) return true;
    if (a[1] < b[1]) left += 1;
    else right += 1;
  }
}
