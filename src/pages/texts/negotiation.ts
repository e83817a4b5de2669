/** Longer than any browser sends. */
const MAX_RANGES = 32;

/**
 * The language that a browser would rather have (RFC 9110, section 12.5.4): ranges by their weight, each looked up by leaving out its
 * last parts until it is a language that there is (RFC 4647, section 3.4). What has a weight of 0 is not wanted, unless there is no other.
 *
 * @param header `Accept-Language`
 * @param offered in lower case; the first is taken where nothing fits
 */
export function negotiated<L extends string>(header: string | undefined, offered: readonly [L, ...L[]]): L {
  const ranges = (header ?? '').split(',', MAX_RANGES).flatMap(rangeIn);
  const unwanted = new Set(ranges.filter(({ weight }) => weight === 0).map(({ range }) => range));
  // `*` stands for what no other range names.
  const isNamed = (language: string) => ranges.some(({ range }) => isWithin(range, language));
  const left = offered.filter((language) => !unwanted.has(language));
  for (const { range, weight } of ranges.toSorted((a, b) => b.weight - a.weight)) {
    if (weight === 0) break;
    const found = left.find((language) => (range === '*' ? !isNamed(language) : isWithin(range, language)));
    if (found !== undefined) return found;
  }
  return left[0] ?? offered[0];
}

/** `de-AT` is within `de`. */
function isWithin(range: string, language: string): boolean {
  return range === language || range.startsWith(`${language}-`);
}

function rangeIn(text: string): { range: string; weight: number }[] {
  const match = /^\s*([a-z]{1,8}(?:-[a-z\d]{1,8})*|\*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(text);
  return match?.[1] ? [{ range: match[1].toLowerCase(), weight: Number(match[2] ?? 1) }] : [];
}
