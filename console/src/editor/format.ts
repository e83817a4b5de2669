import { parse, parseDocument, stringify } from 'yaml';

export type Language = 'JSON' | 'YAML';

export function languageOf(text: string): Language {
  return /^\s*[{[]/.test(text) ? 'JSON' : 'YAML';
}

/**
 * Sets a document out evenly, in the language that it is in. Comments of YAML stay where they are, and so do numbers and keys as they were
 * written.
 *
 * @throws {Error} the text cannot be read
 */
export function format(text: string): string {
  if (languageOf(text) === 'JSON' && isJson(text)) return indented(text);
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw error;
  return document.toString({ lineWidth: 0 });
}

/** The same document in the other language. @throws {Error} the text cannot be read */
export function converted(text: string): string {
  if (languageOf(text) === 'JSON') return stringify(parse(text), { lineWidth: 0, aliasDuplicateObjects: false });
  return `${JSON.stringify(parse(text, { merge: true }), null, 2)}\n`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** @param text JSON; its values are not touched: a number may have more digits than JavaScript keeps */
function indented(text: string): string {
  let result = '';
  let level = 0;
  let previous = '';
  for (const [token] of text.matchAll(TOKENS)) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) level--;
    const isEmpty = isClosing && (previous === '{' || previous === '[');
    const breaks = !isEmpty && (isClosing || previous === '{' || previous === '[' || previous === ',');
    if (breaks) result += `\n${'  '.repeat(level)}`;
    result += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') level++;
    previous = token;
  }
  return `${result}\n`;
}
