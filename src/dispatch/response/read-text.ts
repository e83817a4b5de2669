import type { RedactLong } from '../../common/index.js';
import { isDeeperThan } from '../depth.js';
import { truncateText } from '../files/truncate-text.js';
import { liftContents } from './lift-contents.js';
import { redactJson } from './redact-json.js';

/** JSON.parse accepts more levels than JSON.stringify, which recurses, can write; so do other parsers. */
const MAX_LEVELS = 1000;

export interface ReadText {
  readonly body: ReadJson | string;
  readonly truncated: boolean;
  readonly contents: readonly string[];
  /** Why the files in the JSON are omitted, if they are. */
  readonly filesOmitted?: string;
}

/** JSON as written and parsed. Files in it have an index into `contents` in place of their content. */
export interface ReadJson {
  readonly text: string;
  readonly value: unknown;
}

export interface ReadTextOptions {
  readonly isJson: boolean;
  /** The end of the text is missing. */
  readonly isTruncated: boolean;
  /** The maximum number of characters, not counting files. */
  readonly maxCharacters: number;
  readonly redact: RedactLong;
}

/** Reads a text body as JSON or text. JSON that is invalid or too long is read as text. */
export async function readText(
  text: string,
  { isJson, isTruncated, maxCharacters, redact }: ReadTextOptions,
): Promise<ReadText> {
  const { outline, contents, hasFiles } = isJson ? liftContents(text, maxCharacters) : PLAIN_TEXT;
  const json = isTruncated || outline === undefined ? undefined : parseJson(await redactJson(outline, redact));
  if (json !== undefined) return { body: json, truncated: false, contents };
  const truncated = isTruncated || text.length > maxCharacters;
  // Redact before truncating: half a secret would no longer be found.
  const redacted = await redact(text);
  const body = text.length > maxCharacters ? truncateText(redacted, maxCharacters) : redacted;
  const filesOmitted = isTruncated ? TOO_LARGE : TOO_LONG;
  return { body, truncated, contents: [], ...(hasFiles && truncated && { filesOmitted }) };
}

const TOO_LARGE = 'the response is too large to be read with its files';
const TOO_LONG = 'the response is too long even without its files';

const PLAIN_TEXT = { outline: undefined, contents: [], hasFiles: false };

/** @returns `undefined` if the text is not JSON, or is nested too deeply to be serialized again */
function parseJson(text: string): ReadJson | undefined {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return text.length > 2 * MAX_LEVELS && isDeeperThan(value, MAX_LEVELS) ? undefined : { text, value };
  } catch {
    return undefined;
  }
}
