/** Returns whether a pattern is a valid regular expression in Unicode mode, which JSON Schema requires (2020-12 Core, section 6.4). */
export function isUnicodePattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').unicode;
  } catch {
    return false;
  }
}

/** Lookarounds, named groups, back references, Unicode properties, code points in braces, control letters, and the classes `[]` and `[^]`. */
const ECMASCRIPT_ONLY = /\(\?(?!:)|\\[1-9bBckpP]|\\u\{|\[\^?\]/;

/**
 * Returns whether a pattern means the same in the engines of all vendors. OpenAI compiles patterns in Python, and rejects lookarounds and
 * syntax that Python does not support ("is not a 'regex'").
 */
export function isPortablePattern(source: string): boolean {
  return isUnicodePattern(source) && !ECMASCRIPT_ONLY.test(source);
}
