import { quoteInexactNumbers } from '@countersign/openapi';
import type { ResponseBounds } from '../../actions/index.js';
import type { RedactLong } from '../../common/redaction/redactor.js';
import { isDeeperThan } from '../depth.js';
import { applyBounds } from './bounds/apply-bounds.js';
import { completeJson } from './bounds/complete-json.js';
import { CutLog, NO_CUTS } from './bounds/cut.js';
import { fitJson } from './bounds/fit-json.js';
import { decodeBase64 } from './decode-base64.js';
import { FILES_MEMBER, hasFilesMember, liftContents, type LiftedContents } from './lift-contents.js';
import { redactJson } from './redact-json.js';
import type { ReadText } from './text-body.js';

/** JSON.parse accepts more levels than JSON.stringify, which recurses, can write; so do other parsers. */
const MAX_LEVELS = 1000;

/** The number of characters that are parsed for a response that is shortened, unless its limit is higher. Takes some hundred milliseconds. */
const MAX_PARSED_CHARACTERS = 4_000_000;

/** The number of characters of JSON that are read for each one that is returned: enough for small values that follow a long list. */
const READ_CHARACTERS = 4;

const TOO_LARGE = 'the response is too large to be read with its files';
const TOO_LONG = 'the response is too long even without its files';

export interface JsonText {
  readonly text: string;
  /** The end of the text is missing. */
  readonly isTruncated: boolean;
  /** The maximum number of characters, not counting files. */
  readonly maxCharacters: number;
  readonly bounds: ResponseBounds | undefined;
  /** The number of characters of the longest secret, in any encoding. */
  readonly secretLength: number;
}

/** Returns the number of characters that are read of JSON, not counting files: more than the caller gets, because it is shortened. */
export function readCharacters(maxCharacters: number, bounds: ResponseBounds | undefined): number {
  const read = bounds === undefined ? READ_CHARACTERS * maxCharacters : MAX_PARSED_CHARACTERS;
  return Math.max(maxCharacters, Math.min(read, MAX_PARSED_CHARACTERS));
}

/**
 * Reads JSON as it was written, except for numbers that a JavaScript number does not hold exactly. JSON that is too long, or whose end is missing, is shortened and remains JSON; so is JSON with bounds.
 *
 * @returns `undefined` if the text is not JSON, or is nested too deeply to be serialized again
 */
export async function readJson(json: JsonText, redact: RedactLong): Promise<ReadText | undefined> {
  const { text, isTruncated, maxCharacters, bounds, secretLength } = json;
  const lifted = liftContents(text, readCharacters(maxCharacters, bounds));
  const isIncomplete = isTruncated || lifted.isCut;
  // Part of a secret at the end of a text would not be found.
  const outline = isIncomplete ? completeJson(lifted.outline, secretLength) : lifted.outline;
  const { json: written, count: quotedNumbers } = quoteInexactNumbers(await redactJson(outline, redact));
  const value = parse(written);
  if (value === undefined) return undefined;
  if (isIncomplete || bounds !== undefined || written.length > maxCharacters)
    return shorten(value, { ...lifted, quotedNumbers }, json, isIncomplete);
  return {
    body: { json: written, quotedNumbers, hasFiles: hasFilesMember(value) },
    truncated: false,
    ...decoded(lifted),
    cuts: NO_CUTS,
  };
}

interface ShownContents extends LiftedContents {
  readonly quotedNumbers: number;
}

/** Applies the bounds, and shortens what is still too long. */
function shorten(
  value: unknown,
  lifted: ShownContents,
  { text, isTruncated, maxCharacters, bounds }: JsonText,
  isIncomplete: boolean,
): ReadText {
  const log = new CutLog();
  const bounded = bounds === undefined ? value : applyBounds(value, bounds, log);
  const whole = JSON.stringify(bounded);
  if (!isIncomplete && whole.length <= maxCharacters) {
    const body = { json: whole, quotedNumbers: lifted.quotedNumbers, hasFiles: hasFilesMember(bounded) };
    return { body, truncated: false, ...decoded(lifted), cuts: log.cuts };
  }
  const { rest, files, filesOmitted } = separateFiles(bounded, maxCharacters / 2, isIncomplete);
  const length = files === undefined ? 0 : JSON.stringify(files).length;
  const fitted = fitJson(rest, maxCharacters - length, log);
  const readCharacters = isTruncated ? text.length : lifted.outline.length;
  return {
    body: {
      json: JSON.stringify(files === undefined ? fitted : { ...Object(fitted), ...files }),
      quotedNumbers: lifted.quotedNumbers,
      hasFiles: files !== undefined,
    },
    truncated: true,
    ...(files === undefined ? { contents: [] } : decoded(lifted)),
    cuts: { ...log.cuts, ...(isIncomplete && { readCharacters }) },
    ...(filesOmitted !== undefined && { filesOmitted }),
  };
}

interface SeparatedFiles {
  readonly rest: unknown;
  /** The member of the files, which is not shortened: half a URL is another one. */
  readonly files?: object;
  readonly filesOmitted?: string;
}

function separateFiles(value: unknown, maxCharacters: number, isIncomplete: boolean): SeparatedFiles {
  if (!hasFilesMember(value)) return { rest: value };
  const { [FILES_MEMBER]: member, ...rest } = value;
  if (isIncomplete) return { rest, filesOmitted: TOO_LARGE };
  const files = { [FILES_MEMBER]: member };
  return JSON.stringify(files).length > maxCharacters ? { rest, filesOmitted: TOO_LONG } : { rest, files };
}

function decoded({ contents }: LiftedContents): Pick<ReadText, 'contents'> {
  return { contents: contents.map(decodeBase64) };
}

function parse(json: string): unknown {
  if (json === '') return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return json.length > 2 * MAX_LEVELS && isDeeperThan(value, MAX_LEVELS) ? undefined : value;
  } catch {
    return undefined;
  }
}
