/** The member of a JSON answer that has its files. */
export const FILES_MEMBER = 'openaiFileResponse';
const QUOTED = `"${FILES_MEMBER}"`;

export interface Lifted {
  /** The JSON with the number of its content, as a string, in the place of each; `undefined` where it is too long without them too. */
  readonly outline: string | undefined;
  /** As they were: JSON string literals. */
  readonly contents: readonly string[];
  /** Whether a list of files was found, or its beginning. */
  readonly hasFiles: boolean;
}

const STRUCTURE = /["{}[\]]/g;
const BEFORE_VALUE = /\s*:/y;

/** Whether JSON of which this is the beginning may have files; not in UTF-16. */
export function holdsFiles(beginning: Buffer): boolean {
  return beginning.includes(QUOTED);
}

/**
 * Takes the contents of files out of JSON before anything parses it: what is parsed then is never longer than other answers are.
 *
 * Looks for `{"openaiFileResponse": [{"content": "…"}]}` only, and says nothing of whether the rest is JSON.
 *
 * @param most characters that the JSON may have without the contents; no more of it is looked at
 */
export function liftContents(text: string, most: number): Lifted {
  if (!text.includes(QUOTED)) return { outline: text.length > most ? undefined : text, contents: [], hasFiles: false };
  const kept: string[] = [];
  const contents: string[] = [];
  const path = new Path();
  const structure = new RegExp(STRUCTURE);
  let [keptTo, lifted, hasFiles] = [0, 0, false];
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const at = found.index;
    if (at - lifted > most) return { outline: undefined, contents, hasFiles };
    if (found[0] !== '"') {
      path.follow(found[0]);
      hasFiles ||= path.isInFiles;
      continue;
    }
    const canBeLifted = path.isAtContent && !isEscaped(text, text.indexOf('"', at + 1));
    const end = endOfString(text, at, canBeLifted ? text.length : most);
    if (end === undefined) return { outline: undefined, contents, hasFiles };
    structure.lastIndex = end;
    if (isKey(text, end)) path.enter(text.slice(at, end));
    else if (canBeLifted) {
      kept.push(text.slice(keptTo, at), `"${contents.length}"`);
      contents.push(text.slice(at, end));
      keptTo = end;
      lifted += end - at;
    }
  }
  const outline = kept.join('') + text.slice(keptTo);
  return { outline: outline.length > most ? undefined : outline, contents, hasFiles };
}

/** Where in the JSON the scan is. */
class Path {
  readonly #opened: string[] = [];
  /** The latest key at each depth, as it is written. */
  readonly #keys: string[] = [];

  get isInFiles(): boolean {
    return this.#keys[1] === QUOTED && this.#opened[0] === '{' && this.#opened[1] === '[';
  }

  get isAtContent(): boolean {
    return this.isInFiles && this.#opened.length === 3 && this.#opened[2] === '{' && this.#keys[3] === '"content"';
  }

  follow(bracket: string): void {
    if (bracket === '}' || bracket === ']') this.#opened.pop();
    else this.#keys[this.#opened.push(bracket)] = '';
  }

  enter(key: string): void {
    this.#keys[this.#opened.length] = key;
  }
}

/** @returns where the literal that begins there has ended; `undefined` where that is not within `most` characters */
function endOfString(text: string, at: number, most: number): number | undefined {
  let quote = text.indexOf('"', at + 1);
  while (quote !== -1 && quote - at <= most && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 || quote - at > most ? undefined : quote + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let slash = quote;
  while (text[slash - 1] === '\\') slash--;
  return (quote - slash) % 2 === 1;
}

function isKey(text: string, end: number): boolean {
  BEFORE_VALUE.lastIndex = end;
  return BEFORE_VALUE.test(text);
}
