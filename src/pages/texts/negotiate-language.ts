/** Maximum number of language ranges that are read. Browsers send fewer. */
const MAX_RANGES = 32;

/**
 * Negotiates the language of a page (RFC 9110, section 12.5.4): tries the ranges by weight, and each by lookup, which removes subtags from
 * the end until a language matches (RFC 4647, section 3.4). A language with weight 0 is used only if there is no other.
 *
 * @param header the `Accept-Language` header
 * @param offered languages in lower case; the first one is the default
 */
export function negotiateLanguage<L extends string>(header: string | undefined, offered: readonly [L, ...L[]]): L {
  const ranges = (header ?? '').split(',', MAX_RANGES).flatMap(parseRange);
  const unwanted = new Set(ranges.filter(({ weight }) => weight === 0).map(({ range }) => range));
  // `*` matches only languages that no other range names.
  const isNamed = (language: string) => ranges.some(({ range }) => isWithin(range, language));
  const acceptable = offered.filter((language) => !unwanted.has(language));
  for (const { range, weight } of ranges.toSorted((a, b) => b.weight - a.weight)) {
    if (weight === 0) break;
    const found = acceptable.find((language) => (range === '*' ? !isNamed(language) : isWithin(range, language)));
    if (found !== undefined) return found;
  }
  return acceptable[0] ?? offered[0];
}

/** Returns whether a range belongs to a language, as `de-AT` belongs to `de`. */
function isWithin(range: string, language: string): boolean {
  return range === language || range.startsWith(`${language}-`);
}

function parseRange(text: string): { range: string; weight: number }[] {
  const match = /^\s*([a-z]{1,8}(?:-[a-z\d]{1,8})*|\*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(text);
  return match?.[1] ? [{ range: match[1].toLowerCase(), weight: Number(match[2] ?? 1) }] : [];
}
