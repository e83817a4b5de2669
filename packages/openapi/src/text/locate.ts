import { type Finding, type TextPosition } from '../document/errors.js';
import { pointerTokens } from '../document/json.js';
import { parseJson } from '../reading/parse.js';
import { offsetsInJson } from './json-offsets.js';
import { lineStarts, positionAt } from './lines.js';
import { offsetsInYaml } from './yaml-offsets.js';

const START: TextPosition = { line: 1, column: 1 };

/**
 * Adds positions in a document's text to findings: the position of the value at a finding's pointer, or of its nearest ancestor that exists.
 * A finding about the whole document is at the start.
 *
 * @param source the text of the document
 */
export function locateFindings<T extends Finding>(
  source: string,
  findings: readonly T[],
): (T & { position: TextPosition })[] {
  const text = source.replace(/^\uFEFF/, '');
  const unlocated = findings.filter(({ position, pointer }) => position === undefined && pointer !== '');
  const pointers = new Set(unlocated.map(({ pointer }) => pointer));
  const positions = pointers.size === 0 ? new Map<string, TextPosition>() : findPositions(text, [...pointers]);
  return findings.map((finding) => ({
    ...finding,
    position: finding.position ?? positions.get(finding.pointer) ?? START,
  }));
}

/** @param text valid JSON or YAML */
function findPositions(text: string, pointers: readonly string[]): Map<string, TextPosition> {
  const paths = pointers.map(pointerTokens);
  const offsets = parseJson(text) === undefined ? offsetsInYaml(text, paths) : offsetsInJson(text, paths);
  const starts = lineStarts(text);
  return new Map(pointers.map((pointer, index) => [pointer, positionAt(starts, offsets[index] ?? 0)]));
}
