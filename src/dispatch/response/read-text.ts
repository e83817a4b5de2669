import { longTextRedactor, type RedactLong } from '../../common/redaction/redactor.js';
import { isDeeperThan } from '../depth.js';
import { kindOf } from '../files/media-type.js';
import { truncateText, TRUNCATION_CONTEXT } from '../files/truncate-text.js';
import { decodeBase64 } from './decode-base64.js';
import { decodeText } from './decode-text.js';
import { hasFilesMember, liftContents } from './lift-contents.js';
import { redactJson } from './redact-json.js';

/** JSON.parse accepts more levels than JSON.stringify, which recurses, can write; so do other parsers. */
const MAX_LEVELS = 1000;

export interface TextBody {
  readonly bytes: Buffer;
  readonly contentType: string | null;
  /** The end of the body is missing. */
  readonly isTruncated: boolean;
  /** The maximum number of characters, not counting files. */
  readonly maxCharacters: number;
  /** Secrets to redact. */
  readonly secrets: readonly string[];
}

export interface ReadText<Bytes extends Uint8Array = Buffer> {
  readonly body: ReadJson | string;
  readonly truncated: boolean;
  /** The contents of the files in the JSON; `undefined` if not base64. */
  readonly contents: readonly (Bytes | undefined)[];
  /** Why the files in the JSON are omitted, if they are. */
  readonly filesOmitted?: string;
}

/** Valid JSON as written. Files in it have an index into `contents` in place of their content. */
export interface ReadJson {
  readonly json: string;
  /** Whether it has a member of files. */
  readonly hasFiles: boolean;
}

/** Reads a text body as JSON or text. JSON that is invalid or too long is read as text. */
export async function readText({
  bytes,
  contentType,
  isTruncated,
  maxCharacters,
  secrets,
}: TextBody): Promise<ReadText> {
  const text = decodeText(bytes, contentType, isTruncated);
  const isJson = contentType === null ? /^\s*[{[]/.test(text) : kindOf(contentType) === 'json';
  const redact = longTextRedactor(secrets);
  const { outline, contents, hasFiles } = isJson ? liftContents(text, maxCharacters) : PLAIN_TEXT;
  const json = isTruncated || outline === undefined ? undefined : parseJson(await redactJson(outline, redact));
  if (json !== undefined) return { body: json, truncated: false, contents: contents.map(decodeBase64) };
  const truncated = isTruncated || text.length > maxCharacters;
  const body = await redactAndTruncate(text, maxCharacters, redact);
  const filesOmitted = isTruncated ? TOO_LARGE : TOO_LONG;
  return { body, truncated, contents: [], ...(hasFiles && truncated && { filesOmitted }) };
}

const TOO_LARGE = 'the response is too large to be read with its files';
const TOO_LONG = 'the response is too long even without its files';

const PLAIN_TEXT = { outline: undefined, contents: [], hasFiles: false };

/** Redacts before truncating: half a secret would not be found. */
async function redactAndTruncate(text: string, maxCharacters: number, redact: RedactLong): Promise<string> {
  if (text.length <= maxCharacters) return redact(text);
  return truncateText(await redact(text, maxCharacters + TRUNCATION_CONTEXT), maxCharacters);
}

/** @returns `undefined` if the text is not JSON, or is nested too deeply to be serialized again */
function parseJson(json: string): ReadJson | undefined {
  if (json === '') return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (json.length > 2 * MAX_LEVELS && isDeeperThan(value, MAX_LEVELS)) return undefined;
    return { json, hasFiles: hasFilesMember(value) };
  } catch {
    return undefined;
  }
}
