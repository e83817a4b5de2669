import { type Finding, InvalidDocumentError } from '../document/errors.js';
import { pointerTokens } from '../document/json.js';
import { removeComments } from './commented-json.js';
import { type DocumentLimits } from '../document/limits.js';
import { type Parsed, parse, parseJson } from './parse.js';
import { unwrapText } from './unwrap.js';
import { yamlDuplicateKeys } from './yaml-duplicate-keys.js';

/** A parsed text, and what in it has more than one reading. */
export interface LenientlyParsed extends Parsed {
  /** the keys that occur twice in a mapping of YAML; the value has the last one */
  readonly duplicates: readonly Finding[];
}

/**
 * Parses JSON or YAML as people paste it: also in a Markdown code block, encoded twice, as JSON with comments and trailing commas, and as YAML
 * with duplicate keys in an operation or a component.
 *
 * @throws {InvalidDocumentError}
 */
export function parseLeniently(source: string, limits: DocumentLimits): LenientlyParsed {
  const { text, warnings } = unwrapText(source);
  const parsed = parseText(text, limits);
  return { ...parsed, warnings: [...warnings, ...parsed.warnings] };
}

function parseText(text: string, limits: DocumentLimits): LenientlyParsed {
  try {
    const parsed = parse(text, limits);
    // YAML allows some commas that JSON does not.
    const commented = parsed.format === 'yaml' ? parseCommentedJson(text, limits) : undefined;
    return commented ?? { ...parsed, duplicates: [] };
  } catch (error) {
    if (!(error instanceof InvalidDocumentError) || error.findings[0].code !== 'unreadable') throw error;
    const parsed = parseCommentedJson(text, limits) ?? parseWithDuplicates(text, limits);
    if (parsed === undefined) throw error;
    return parsed;
  }
}

function parseCommentedJson(text: string, limits: DocumentLimits): LenientlyParsed | undefined {
  const plain = removeComments(text);
  if (plain === undefined || parseJson(plain.text) === undefined) return undefined;
  const parsed = parse(plain.text, limits);
  return { ...parsed, warnings: [plain.warning, ...parsed.warnings], duplicates: [] };
}

/**
 * Parses YAML with duplicate keys.
 *
 * @returns `undefined` if it has none, or if one is at the root or a path, or an alias may repeat one
 */
function parseWithDuplicates(text: string, limits: DocumentLimits): LenientlyParsed | undefined {
  const { duplicates, hasAliases } = yamlDuplicateKeys(text);
  const isConfined = duplicates.every(({ pointer }) => !concernsDocument(pointerTokens(pointer)));
  if (hasAliases || duplicates.length === 0 || !isConfined) return undefined;
  return { ...parse(text, limits, 'last wins'), duplicates };
}

function concernsDocument([first, ...others]: readonly string[]): boolean {
  return others.length === 0 || (first === 'paths' && others.length === 1);
}
