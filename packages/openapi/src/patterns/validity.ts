/** The modes of ECMAScript's regular expressions that patterns may be written for. */
export type PatternMode = 'u' | '';

/**
 * Returns the mode of a pattern: Unicode mode, as JSON Schema requires (2020-12 Core, section 6.4), or else the lenient mode that many documents
 * need (`[\w-.]`, `\-`).
 *
 * @returns `undefined` if the pattern is invalid in both modes
 */
export function patternMode(source: string): PatternMode | undefined {
  if (isExpression(withoutProperties(source), 'u')) return 'u';
  return isExpression(source, '') ? '' : undefined;
}

/** Returns whether a pattern is valid in one of the modes. */
export function isPattern(source: string): boolean {
  return patternMode(source) !== undefined;
}

function isExpression(source: string, flags: PatternMode): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

const ESCAPE = /\\(?:[pP]\{[^{}]*\}|[^])/gu;

/** Replaces the valid Unicode properties of a pattern, such as `\p{L}`, by a class, because V8 takes 0.1 ms for each. */
function withoutProperties(source: string): string {
  return source.replaceAll(ESCAPE, (escape) => (isProperty(escape) ? String.raw`\w` : escape));
}

/** There are fewer properties, with all their names. */
const MAX_PROPERTIES = 10_000;
const MAX_PROPERTY_LENGTH = 80;
const properties = new Map<string, boolean>();

function isProperty(escape: string): boolean {
  if (escape.length <= 2 || escape.length > MAX_PROPERTY_LENGTH) return false;
  const known = properties.get(escape) ?? isExpression(escape, 'u');
  if (properties.size < MAX_PROPERTIES) properties.set(escape, known);
  return known;
}
