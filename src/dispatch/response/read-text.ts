import type { Redact } from '../../common/index.js';
import { isDeeperThan } from '../depth.js';
import { truncateText } from '../files/truncate-text.js';
import { liftContents } from './lift-contents.js';

/** JSON.parse accepts more levels than JSON.stringify, which recurses, can write; so do other parsers. */
const MAX_LEVELS = 1000;

export interface ReadText {
  /** The parsed JSON or the text. Files in JSON have an index into `contents` in place of their content. */
  readonly body: unknown;
  readonly truncated: boolean;
  readonly contents: readonly string[];
  /** Why the files in the JSON are omitted, if they are. */
  readonly filesOmitted?: string;
}

export interface ReadTextOptions {
  readonly isJson: boolean;
  /** The end of the text is missing. */
  readonly isTruncated: boolean;
  /** The maximum number of characters, not counting files. */
  readonly maxCharacters: number;
  readonly hide: Redact;
}

/** Reads a text body as JSON or text. JSON that is invalid or too long is read as text. */
export function readText(text: string, { isJson, isTruncated, maxCharacters, hide }: ReadTextOptions): ReadText {
  const { outline, contents, hasFiles } = isJson ? liftContents(text, maxCharacters) : PLAIN_TEXT;
  const value = isTruncated || outline === undefined ? undefined : parseJson(hide(outline));
  if (value !== undefined) return { body: value, truncated: false, contents };
  const truncated = isTruncated || text.length > maxCharacters;
  // Redact before truncating: half a secret would no longer be found.
  const redacted = hide(text);
  const body = text.length > maxCharacters ? truncateText(redacted, maxCharacters) : redacted;
  const filesOmitted = isTruncated ? TOO_LARGE : TOO_LONG;
  return { body, truncated, contents: [], ...(hasFiles && truncated && { filesOmitted }) };
}

const TOO_LARGE = 'the response is too large to be read with its files';
const TOO_LONG = 'the response is too long even without its files';

const PLAIN_TEXT = { outline: undefined, contents: [], hasFiles: false };

/** @returns `undefined` if the text is not JSON, or is nested too deeply to be serialized again */
function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return text.length > 2 * MAX_LEVELS && isDeeperThan(value, MAX_LEVELS) ? undefined : value;
  } catch {
    return undefined;
  }
}
