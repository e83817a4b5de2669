import type { CountersignError } from '../../common/index.js';
import { Base64Content, JsonBody, type CompletedDto, type Notice } from '../../dispatch/index.js';

/** The result of a call in words for a model, before it takes the form of a vendor. */
export interface ModelResult {
  /** The upstream responded with a status of 400 or above, or the call failed. */
  isError: boolean;
  /** What the API returned, or what went wrong. Never empty. */
  text: string;
  /** What was left out or shortened, one sentence each. */
  notes: readonly string[];
  files: readonly ModelFile[];
}

export interface ModelFile {
  name: string;
  mimeType: string;
  content: Base64Content | string;
}

/** Returns the result of a completed call. */
export function completedResult({ response, notices }: CompletedDto): ModelResult {
  const { status, body, files } = response;
  const isError = status >= 400;
  const text = textOf(body);
  const notes = notices.map(noteOf);
  const shown = files.map(({ name, mime_type: mimeType, content }) => ({ name, mimeType, content }));
  if (isError) {
    const said = text === '' ? 'without a body' : `with: ${text}`;
    return { isError, text: `The API responded with status ${status} ${said}`, notes, files: shown };
  }
  const empty = shown.length > 0 ? '' : `The API responded with status ${status} and no content.`;
  return { isError, text: text === '' ? empty || fileText(shown) : text, notes, files: shown };
}

/** Returns the result of a call that failed. It says what to do in words that a model can act on. */
export function failedResult({ message, errors }: CountersignError): ModelResult {
  const others = errors.filter((error) => error.message !== message || error.pointer !== '');
  const details = others.map((error) => `${error.pointer}: ${error.message}`);
  return { isError: true, text: [message, ...details].join('\n'), notes: [], files: [] };
}

/** Returns a result of words only. */
export function textResult(text: string, isError = false): ModelResult {
  return { isError, text, notes: [], files: [] };
}

/** Returns the number of bytes of a file. */
export function sizeOf({ content }: ModelFile): number {
  const length = typeof content === 'string' ? content.length : content.ascii.length;
  const padding = typeof content === 'string' ? content.slice(-2) : content.ascii.subarray(-2).toString('latin1');
  return (length * 3) / 4 - (padding.match(/=/g)?.length ?? 0);
}

function textOf(body: unknown): string {
  if (body instanceof JsonBody) return body.text;
  if (typeof body === 'string') return body;
  return body === null || body === undefined ? '' : JSON.stringify(body);
}

function fileText(files: readonly ModelFile[]): string {
  return files.length === 1 ? 'The API returned a file.' : `The API returned ${files.length} files.`;
}

function noteOf({ pointer, message }: Notice): string {
  const place = pointer.replace(/^\/response\/body/, '').replace(/^\/arguments/, 'argument ');
  return place === '' ? message : `${place}: ${message}`;
}
