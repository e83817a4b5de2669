import { type Finding } from '../document/errors.js';
import { pointerTokens } from '../document/json.js';
import { parseJson } from '../reading/parse.js';
import { offsetsInJson } from './json-offsets.js';
import { lineStarts, placeAt, type Place } from './lines.js';
import { offsetsInYaml } from './yaml-offsets.js';

const BEGINNING: Place = { line: 1, column: 1 };

/**
 * Says where in a document's text its findings are: at what their pointers lead to, or at the nearest thing around it that is there. What
 * is about the whole document is at its beginning.
 *
 * @param source the text that the findings are about
 */
export function located<T extends Finding>(source: string, findings: readonly T[]): (T & { place: Place })[] {
  const text = source.replace(/^\uFEFF/, '');
  const pointers = findings.filter(({ place, pointer }) => !place && pointer !== '').map(({ pointer }) => pointer);
  const placeOf = pointers.length === 0 ? () => BEGINNING : placesOf(text, pointers);
  return findings.map((finding) => ({ ...finding, place: finding.place ?? placeOf(finding.pointer) }));
}

/** @param text JSON or YAML that has been read already */
function placesOf(text: string, pointers: readonly string[]): (pointer: string) => Place {
  const paths = [...new Set(pointers)].map((pointer) => [pointer, pointerTokens(pointer)] as const);
  const isJson = parseJson(text) !== undefined;
  const offsets = (isJson ? offsetsInJson : offsetsInYaml)(
    text,
    paths.map(([, path]) => path),
  );
  const starts = lineStarts(text);
  const places = new Map(paths.map(([pointer], index) => [pointer, placeAt(starts, offsets[index] ?? 0)]));
  return (pointer) => places.get(pointer) ?? BEGINNING;
}
