import { describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import * as fc from 'fast-check';
import { pointerTo, type JsonValue } from '../document/json.js';
import { lineStarts } from '../document/lines.js';
import { locateFindings } from './locate.js';

const placesOf = (text: string, ...pointers: string[]) =>
  locateFindings(
    text,
    pointers.map((pointer) => ({ code: 'x', message: 'x', pointer })),
  ).map(({ position: { line, column } }) => [line, column]);

const YAML = `# The notes
openapi: 3.1.0
servers:
- url: &base https://notes.example
-
- {url: "b", "x": [1,
    two]}
paths:
  /notes/{id}: &path
    get:
      responses:
        '200': {description: ok
          }
  "a/b~c": *path
  with space :
    - - deep
      - x: |
          text
`;

describe('locateFindings in YAML', () => {
  it.each([
    ['/openapi', [2, 1]],
    ['/servers', [3, 1]],
    ['/servers/0', [4, 3]],
    ['/servers/0/url', [4, 3]],
    ['/servers/2/url', [6, 4]],
    ['/servers/2/x/1', [7, 5]],
    ['/paths/~1notes~1{id}/get/responses/200', [12, 9]],
    ['/paths/~1notes~1{id}/get/responses/200/description', [12, 17]],
    ['/paths/a~1b~0c', [14, 3]],
    ['/paths/with space/0/1/x', [17, 9]],
  ])('locates %s at its key or element', (pointer, place) => {
    expect(placesOf(YAML, pointer)).toEqual([place]);
  });

  it('locates a pointer through an alias at the target of the alias', () => {
    expect(placesOf('a: &x {b: 1}\nc: *x\n', '/c', '/c/b')).toEqual([
      [2, 1],
      [1, 8],
    ]);
  });

  it.each([
    ['/servers/1', [3, 1]],
    ['/servers/9/url', [3, 1]],
    ['/paths/~1notes~1{id}/get/nothing/here', [10, 5]],
    ['/openapi/x', [2, 1]],
    ['/nowhere', [1, 1]],
    ['', [1, 1]],
  ])('locates %s, which does not exist, at its nearest ancestor', (pointer, place) => {
    expect(placesOf(YAML, pointer)).toEqual([place]);
  });
});

describe('locateFindings in JSON', () => {
  const text = `{"a": [1, {"b": "x\\",[{"},\n  [ ]], "\\u0063\\"" :\t{"a": {}},
 "d":{"a":1}, "d": {"a":2}, "__proto__": {"a": [[1,2],[3]]}}`;

  it.each([
    ['/a', [1, 2]],
    ['/a/0', [1, 8]],
    ['/a/1', [1, 11]],
    ['/a/1/b', [1, 12]],
    ['/a/2', [2, 3]],
    ['/a/2/0', [2, 3]],
    ['/c"', [2, 9]],
    ['/c"/a', [2, 23]],
    ['/d', [3, 15]],
    ['/d/a', [3, 21]],
    ['/__proto__/a/1/0', [3, 56]],
    ['/__proto__/b', [3, 29]],
    ['/a/01', [1, 2]],
    ['/x', [1, 1]],
  ])('locates %s at its key or element', (pointer, place) => {
    expect(placesOf(text, pointer)).toEqual([place]);
  });
});

describe('positions', () => {
  it('count LF, CR and CRLF as line breaks and skip a byte order mark', () => {
    expect(placesOf('a: 1\r\nb: 1\rc: 1\nd: 1\r\n', '/b', '/c', '/d')).toEqual([
      [2, 1],
      [3, 1],
      [4, 1],
    ]);
    expect(placesOf('\uFEFF{"a":1}', '/a')).toEqual([[1, 2]]);
    expect(placesOf('\uFEFFa: 1', '/a')).toEqual([[1, 1]]);
    expect(placesOf('{"📓": 1, "a": 1}', '/a')).toEqual([[1, 11]]);
  });

  it('keep the position that the reader reported', () => {
    const position = { line: 7, column: 8 };
    expect(locateFindings('x', [{ code: 'unreadable', message: 'x', pointer: '', position }])[0]?.position).toBe(
      position,
    );
  });
});

/** Creates objects in which every key and element is unique, so that it can be found by its text. */
const tree = fc.array(fc.tuple(fc.nat(50), fc.boolean()), { minLength: 1, maxLength: 40 }).map((steps) => {
  const root: Record<string, JsonValue> = {};
  const places: { pointer: string; looks: string }[] = [];
  const containers: { pointer: string; node: JsonValue[] | Record<string, JsonValue> }[] = [
    { pointer: '', node: root },
  ];
  for (const [index, [which, isList]] of steps.entries()) {
    const { pointer, node } = containers[which % containers.length] ?? { pointer: '', node: root };
    const looks = `n/~${index}`;
    const value: JsonValue = isList ? [] : {};
    const inner = Array.isArray(node) ? node.push(looks) - 1 : looks;
    places.push({ pointer: pointerTo(pointer, inner), looks });
    if (Array.isArray(node)) continue;
    node[looks] = value;
    containers.push({ pointer: pointerTo(pointer, looks), node: value as JsonValue[] });
  }
  return { root, places };
});

it.each<[string, (root: object, indent: number) => string]>([
  ['JSON', (root, indent) => JSON.stringify(root, null, indent)],
  ['YAML', (root, indent) => dump(root, { indent: indent + 1, seqNoIndent: indent % 2 === 0 })],
  ['YAML in flow style', (root, indent) => dump(root, { flowLevel: indent })],
])('locates every part of a %s text', (_, write) => {
  fc.assert(
    fc.property(tree, fc.integer({ min: 1, max: 4 }), ({ root, places }, indent) => {
      const text = write(root, indent);
      const starts = lineStarts(text);
      const found = placesOf(text, ...places.map(({ pointer }) => pointer)).map(
        ([line = 0, column = 0]) => text.slice((starts[line - 1] ?? 0) + column - 1).match(/^["']?([^"':,\]\s]*)/)?.[1],
      );
      expect(found).toEqual(places.map(({ looks }) => looks));
    }),
  );
});
