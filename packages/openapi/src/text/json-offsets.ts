import { endOfString, isKey } from '../reading/duplicate-keys.js';

/** A place that is looked for, or that is on the way to one. */
interface Wanted {
  /** of the key or element, once it has been found */
  offset?: number;
  inside: Map<string, Wanted>;
}

/** An object or list that is open. */
interface Frame {
  wanted: Wanted | undefined;
  /** that of the next element; `undefined` in an object */
  index: number | undefined;
}

/**
 * Finds parts of a JSON text without keeping the rest, which may be millions of values. Of keys that stand twice the last one counts, as in
 * `JSON.parse`.
 *
 * @param text JSON that has been parsed already
 * @param paths keys and indices from the root down
 * @returns for each path the offset of its key, or of its element in a list; of the nearest around it where it is not there
 */
export function offsetsInJson(text: string, paths: readonly (readonly string[])[]): number[] {
  const root: Wanted = { inside: new Map() };
  const lines = paths.map((path) => lineOf(root, path));
  scan(text, root);
  return lines.map((line) => line.findLast(({ offset }) => offset !== undefined)?.offset ?? 0);
}

function lineOf(root: Wanted, path: readonly string[]): Wanted[] {
  let wanted = root;
  return path.map((token) => {
    const next: Wanted = wanted.inside.get(token) ?? { inside: new Map() };
    wanted.inside.set(token, next);
    return (wanted = next);
  });
}

function scan(text: string, root: Wanted): void {
  const frames: Frame[] = [];
  let value: Wanted | undefined = root;
  let isElementNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character <= ' ') continue;
    const frame = frames.at(-1);
    if (isElementNext && frame?.index !== undefined && character !== ']') {
      value = found(frame, String(frame.index), at);
      isElementNext = false;
    }
    if (character === '{' || character === '[') {
      isElementNext = character === '[';
      frames.push({ wanted: value, index: isElementNext ? 0 : undefined });
      value = undefined;
    } else if (character === '}' || character === ']') {
      frames.pop();
      isElementNext = false;
    } else if (character === ',' && frame?.index !== undefined) {
      frame.index += 1;
      isElementNext = true;
    } else if (character === '"') {
      const end = endOfString(text, at);
      if (frame?.wanted && frame.index === undefined && isKey(text, end)) {
        value = found(frame, JSON.parse(text.slice(at, end)) as string, at);
      }
      at = end - 1;
    }
  }
}

function found({ wanted }: Frame, token: string, offset: number): Wanted | undefined {
  const value = wanted?.inside.get(token);
  if (value) value.offset = offset;
  return value;
}
