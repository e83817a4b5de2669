/** Whether a pattern is a regular expression in Unicode mode, which JSON Schema asks for (2020-12 core, section 6.4). */
export function isUnicodePattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').unicode;
  } catch {
    return false;
  }
}

/**
 * Assertions but `^` and `$`, named groups, references to groups, properties and code points in braces, control letters, and
 * classes that hold nothing or anything.
 */
const OF_ECMASCRIPT = /\(\?(?!:)|\\[1-9bBckpP]|\\u\{|\[\^?\]/;

/**
 * Whether a pattern means the same to the engines that vendors use. OpenAI compiles patterns in Python, and refuses what
 * Python does not know ("is not a 'regex'") as well as look-around.
 */
export function isCommonPattern(source: string): boolean {
  return isUnicodePattern(source) && !OF_ECMASCRIPT.test(source);
}
