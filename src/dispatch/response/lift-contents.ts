import { endOfString, isEscaped } from './json-string.js';

/** The member of a JSON response that contains its files. */
export const FILES_MEMBER = 'openaiFileResponse';
const QUOTED = `"${FILES_MEMBER}"`;

export interface LiftedContents {
  /** The JSON with an index, as a string, in place of each content. */
  readonly outline: string;
  /** The outline is the beginning of the JSON, because it is too long even without the contents, or ends within a content. */
  readonly isCut: boolean;
  /** JSON string literals, as written. */
  readonly contents: readonly string[];
  /** Whether an array of files was found, or its beginning. */
  readonly hasFiles: boolean;
}

const STRUCTURE = /["{}[\]]/g;
const BEFORE_VALUE = /\s*:/y;

/** Returns whether JSON with this beginning may contain files; does not detect UTF-16. */
export function holdsFiles(beginning: Buffer): boolean {
  return beginning.includes(QUOTED);
}

/** Returns whether parsed JSON is an object with a member of files other than null. */
export function hasFilesMember(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, FILES_MEMBER) && (value as Record<string, unknown>)[FILES_MEMBER] !== null;
}

/**
 * Takes the contents of files out of JSON before it is parsed, so that the parsed JSON is never longer than other responses.
 *
 * Finds `{"openaiFileResponse": [{"content": "…"}]}` only, and does not check whether the rest is valid JSON.
 *
 * @param maxCharacters of the outline; nothing beyond is scanned
 */
export function liftContents(text: string, maxCharacters: number): LiftedContents {
  if (!text.includes(QUOTED)) return { ...cutAt(text, maxCharacters), contents: [], hasFiles: false };
  const kept: string[] = [];
  const contents: string[] = [];
  const path = new JsonPath();
  const structure = new RegExp(STRUCTURE);
  let [keptEnd, lifted, hasFiles] = [0, 0, false];
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const at = found.index;
    if (at - lifted > maxCharacters) break;
    if (found[0] !== '"') {
      path.bracket(found[0]);
      hasFiles ||= path.isInFiles;
      continue;
    }
    const canBeLifted = path.isAtContent && !isEscaped(text, text.indexOf('"', at + 1));
    const end = endOfString(text, at, canBeLifted ? text.length : maxCharacters);
    if (end === undefined) break;
    structure.lastIndex = end;
    if (isKey(text, end)) path.key(text.slice(at, end));
    else if (canBeLifted) {
      kept.push(text.slice(keptEnd, at), `"${contents.length}"`);
      contents.push(text.slice(at, end));
      keptEnd = end;
      lifted += end - at;
    }
  }
  const length = kept.reduce((sum, part) => sum + part.length, 0);
  // Nothing is joined that is cut off again.
  const outline = kept.join('') + text.slice(keptEnd, keptEnd + maxCharacters + 1 - length);
  return { ...cutAt(outline, maxCharacters), contents, hasFiles };
}

function cutAt(text: string, length: number): { outline: string; isCut: boolean } {
  return { outline: text.slice(0, length), isCut: text.length > length };
}

/** The position of the scan in the JSON. */
class JsonPath {
  readonly #brackets: string[] = [];
  /** The latest key at each depth, as written. */
  readonly #keys: string[] = [];

  get isInFiles(): boolean {
    return this.#keys[1] === QUOTED && this.#brackets[0] === '{' && this.#brackets[1] === '[';
  }

  get isAtContent(): boolean {
    return this.isInFiles && this.#brackets.length === 3 && this.#brackets[2] === '{' && this.#keys[3] === '"content"';
  }

  bracket(bracket: string): void {
    if (bracket === '}' || bracket === ']') this.#brackets.pop();
    else this.#keys[this.#brackets.push(bracket)] = '';
  }

  key(key: string): void {
    this.#keys[this.#brackets.length] = key;
  }
}

function isKey(text: string, end: number): boolean {
  BEFORE_VALUE.lastIndex = end;
  return BEFORE_VALUE.test(text);
}
