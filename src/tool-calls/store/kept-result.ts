import type { Base64Content } from '../../dispatch/index.js';
import type { ModelResult } from '../results/model-result.js';

/** The most characters of a result that are kept. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Characters of a part. Sealed, a part takes at most 61,000 bytes, which a text column holds. */
const PART_CHARACTERS = 45_000;

/** Returns a result as JSON in parts. Files are left out if they make it too large, and the result says so. */
export function packResult(result: ModelResult): string[] {
  // Escapes keep the size of a part within bounds, and its ends off the middle of a character.
  const json = JSON.stringify(withinLimit(result)).replace(/[\u0080-\uffff]/g, escaped);
  const parts: string[] = [];
  for (let from = 0; from < json.length; from += PART_CHARACTERS) parts.push(json.slice(from, from + PART_CHARACTERS));
  return parts;
}

/** Restores the result of {@link packResult}. */
export function unpackResult(parts: readonly string[]): ModelResult {
  return JSON.parse(parts.join('')) as ModelResult;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function withinLimit(result: ModelResult): ModelResult {
  const size = result.files.reduce((sum, { content }) => sum + lengthOf(content), result.text.length);
  if (size <= MAX_CHARACTERS) return result;
  const names = result.files.map(({ name }) => name).join(', ');
  return { ...result, files: [], notes: [...result.notes, `The files were too large to be kept: ${names}`] };
}

function lengthOf(content: Base64Content | string): number {
  return typeof content === 'string' ? content.length : content.ascii.length;
}
