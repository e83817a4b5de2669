import type { ResponseBounds } from '../../actions/index.js';
import { encodedLength, longTextRedactor, type RedactLong } from '../../common/redaction/redactor.js';
import { essenceOf, EVENT_STREAM, kindOf } from '../files/media-type.js';
import { truncateText, TRUNCATION_CONTEXT } from '../files/truncate-text.js';
import { NO_CUTS, type Cut } from './bounds/cut.js';
import { decodeText } from './decode-text.js';
import { readJson } from './read-json.js';
import type { ReadText, TextBody } from './text-body.js';

/** The events of an event stream (HTML Standard, section 9.2.5), up to the blank line after the last one. */
const COMPLETE_EVENTS = /^.*(?:\r\n|\n|\r(?!\n)){2}/s;

const OMITTED: ReadText = {
  body: '',
  truncated: true,
  contents: [],
  cuts: NO_CUTS,
  bodyOmitted: 'the policy of the operation selects values of JSON, and the body is not valid JSON',
};

/** Reads a text body as JSON or text. JSON that is invalid is read as text. */
export async function readText(body: TextBody): Promise<ReadText> {
  const { contentType, isTruncated, maxCharacters, secrets, bounds } = body;
  const text = decodeText(body.bytes, contentType, isTruncated);
  const redact = longTextRedactor(secrets);
  if (isJson(text, contentType)) {
    const secretLength = encodedLength(secrets);
    const json = await readJson({ text, isTruncated, maxCharacters, bounds, secretLength }, redact);
    if (json !== undefined) return json;
    if (hidesValues(bounds) && text.trim() !== '') return OMITTED;
  }
  return readPlainText(text, body, redact);
}

/** A kind that is not text is JSON if it reads like JSON, as without a type. */
function isJson(text: string, contentType: string | null): boolean {
  const kind = kindOf(contentType);
  return kind === 'json' || ((contentType === null || kind === 'file') && /^\s*[{[]/.test(text));
}

async function readPlainText(
  text: string,
  { contentType, isTruncated, maxCharacters }: TextBody,
  redact: RedactLong,
): Promise<ReadText> {
  const whole = await redactAndTruncate(text, maxCharacters, redact);
  const truncated = isTruncated || text.length > maxCharacters;
  if (!truncated) return { body: whole, truncated, contents: [], cuts: NO_CUTS };
  const isEventStream = contentType !== null && essenceOf(contentType) === EVENT_STREAM;
  const body = isEventStream ? (COMPLETE_EVENTS.exec(whole)?.[0] ?? '') : whole;
  const cut: Cut = { path: [], unit: 'characters', shown: body.length, total: text.length, limit: 'size' };
  const cuts = { described: [cut], more: 0, ...(isTruncated && { readCharacters: text.length }) };
  return { body, truncated, contents: [], cuts };
}

/** Redacts before truncating: half a secret would not be found. */
async function redactAndTruncate(text: string, maxCharacters: number, redact: RedactLong): Promise<string> {
  if (text.length <= maxCharacters) return redact(text);
  return truncateText(await redact(text, maxCharacters + TRUNCATION_CONTEXT), maxCharacters);
}

/** Returns whether a policy hides values, so that nothing else must be returned in their place. */
function hidesValues(bounds: ResponseBounds | undefined): boolean {
  return (bounds?.keep?.length ?? 0) + (bounds?.drop?.length ?? 0) > 0;
}
