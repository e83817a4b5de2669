import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';

/** From where to where a thing is in a text. */
export interface Place {
  from: number;
  to: number;
}

/** Reading a longer text for the places of its parts would hold the page up. */
const MOST_CHARACTERS = 4_000_000;

/** How the server says where a text cannot be read. */
const POSITION = /\(line (\d+), column (\d+)\)/;

/**
 * Finds JSON pointers in the text of a document, JSON or YAML.
 *
 * @returns the place of what a pointer leads to, or of the nearest thing around it that is there; nothing for the whole document
 */
export function placesIn(text: string): (finding: { pointer: string; message: string }) => Place | undefined {
  const document =
    text.length > MOST_CHARACTERS ? undefined : parseDocument(text, { strict: false, uniqueKeys: false, merge: true });
  return ({ pointer, message }) => {
    const [, line, column] = (pointer === '' && POSITION.exec(message)) || [];
    if (line) return positionIn(text, Number(line), Number(column));
    return document && pointer !== '' ? walk(document, pointer) : undefined;
  };
}

function positionIn(text: string, line: number, column: number): Place {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf('\n', start);
    if (next === -1) break;
    start = next + 1;
  }
  const from = Math.min(start + column - 1, text.length);
  return { from: from === text.length && from > start ? from - 1 : from, to: Math.min(from + 1, text.length) };
}

function walk(document: Document.Parsed, pointer: string): Place | undefined {
  let node: unknown = document.contents;
  let place: Place | undefined;
  for (const token of pointer.slice(1).split('/').map(unescaped)) {
    if (isAlias(node)) node = node.resolve(document);
    const found = child(node, token);
    if (!found) return place;
    place = placeOf(found.shown) ?? place;
    node = found.node;
  }
  return place;
}

/** What is at a key or an index; for a key, it is the key that is shown. */
function child(node: unknown, token: string): { node: unknown; shown: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === token);
    return pair && { node: pair.value, shown: pair.key };
  }
  if (isSeq(node)) {
    const item = node.items[Number(token)];
    return item === undefined ? undefined : { node: item, shown: item };
  }
  return undefined;
}

function placeOf(node: unknown): Place | undefined {
  const range = (node as Node | undefined)?.range;
  return range ? { from: range[0], to: range[1] } : undefined;
}

/** RFC 6901, section 4. */
function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
