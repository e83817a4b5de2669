import { type Finding, type TextPosition } from '../document/errors.js';
import { pointerTokens } from '../document/json.js';
import { removeComments } from '../reading/commented-json.js';
import { parseJson } from '../reading/parse.js';
import { unwrapText } from '../reading/unwrap.js';
import { offsetsInJson } from './json-offsets.js';
import { lineStarts, positionAt } from '../document/lines.js';
import { offsetsInYaml } from './yaml-offsets.js';

const START: TextPosition = { line: 1, column: 1 };

/**
 * Adds positions in a document's text to findings: the position of the value at a finding's pointer, or of its nearest ancestor that exists.
 * A finding about the whole document, or about one that was decoded from a string, is at the start.
 *
 * @param source the text of the document
 */
export function locateFindings<T extends Finding>(
  source: string,
  findings: readonly T[],
): (T & { position: TextPosition })[] {
  const { text, keepsOffsets } = unwrapText(source);
  const unlocated = findings.filter(({ position, pointer }) => position === undefined && pointer !== '');
  const pointers = new Set(unlocated.map(({ pointer }) => pointer));
  const isLocatable = pointers.size > 0 && keepsOffsets;
  const positions = isLocatable ? findPositions(text, [...pointers]) : new Map<string, TextPosition>();
  return findings.map((finding) => ({
    ...finding,
    position: finding.position ?? positions.get(finding.pointer) ?? START,
  }));
}

/** @param text JSON, also with comments, or YAML */
function findPositions(text: string, pointers: readonly string[]): Map<string, TextPosition> {
  const paths = pointers.map(pointerTokens);
  const json = jsonOf(text);
  const offsets = json === undefined ? offsetsInYaml(text, paths) : offsetsInJson(json, paths);
  const starts = lineStarts(text);
  return new Map(pointers.map((pointer, index) => [pointer, positionAt(starts, offsets[index] ?? 0)]));
}

/** Returns a text as JSON with the same offsets; `undefined` if it is YAML. */
function jsonOf(text: string): string | undefined {
  if (parseJson(text) !== undefined) return text;
  const plain = removeComments(text)?.text;
  return plain !== undefined && parseJson(plain) !== undefined ? plain : undefined;
}
