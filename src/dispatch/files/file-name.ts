import { isUtf8 } from 'node:buffer';
import { essenceOf, readParameters } from './media-type.js';
import { truncateText } from './truncate-text.js';

const MAX_LENGTH = 255;

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['application/gzip', '.gz'],
  ['application/msword', '.doc'],
  ['application/pdf', '.pdf'],
  ['application/vnd.ms-excel', '.xls'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', '.pptx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.xlsx'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'],
  ['application/zip', '.zip'],
  ['audio/mpeg', '.mp3'],
  ['audio/wav', '.wav'],
  ['image/gif', '.gif'],
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['image/webp', '.webp'],
  ['text/csv', '.csv'],
  ['text/html', '.html'],
  ['text/plain', '.txt'],
  ['video/mp4', '.mp4'],
]);

/** The response that a file came from. */
export interface FileSource {
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
}

/**
 * Names a file after `Content-Disposition` (RFC 6266: `filename*` before `filename`), otherwise after the last segment of the URL's path,
 * otherwise `file`. The latter two get the extension of the media type if they have none.
 *
 * @returns never a path; no invisible characters
 */
export function fileNameOf({ headers, url }: FileSource, mediaType: string): string {
  const parameters = readParameters(`;${headers['content-disposition']?.replace(/^[^;=]*;/, '') ?? ''}`);
  const given = sanitizeFileName(
    decodeExtendedValue(parameters.get('filename*')) ?? repairUtf8(parameters.get('filename')) ?? '',
  );
  if (given !== undefined) return given;
  const name = sanitizeFileName(unescapePath(new URL(url).pathname)) ?? 'file';
  return /\.\w+$/.test(name) ? name : name + (EXTENSIONS.get(essenceOf(mediaType)) ?? '');
}

/**
 * Returns the last segment of a name without control and bidirectional formatting characters.
 *
 * @returns `undefined` if nothing is left
 */
export function sanitizeFileName(text: string): string | undefined {
  const segment = text.split(/[/\\]/).at(-1) ?? '';
  const visible = segment
    .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  return /^\.{0,2}$/.test(visible) ? undefined : shorten(visible);
}

/** Shortens a name and keeps its extension. */
function shorten(name: string): string {
  const extension = /\.\w{1,16}$/.exec(name)?.[0] ?? '';
  return name.length <= MAX_LENGTH ? name : truncateText(name, MAX_LENGTH - extension.length) + extension;
}

/** Decodes an extended value such as `UTF-8'en'%e2%82%ac.pdf` (RFC 8187, section 3.2). */
function decodeExtendedValue(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = /^([\w-]+)'[^']*'((?:%[0-9a-f]{2}|[^%'])*)$/i.exec(value ?? '') ?? [];
  if (!/^(?:utf-8|iso-8859-1)$/i.test(charset)) return undefined;
  return new TextDecoder(charset).decode(decodePercent(encoded));
}

function decodePercent(text: string): Buffer {
  const octets = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1');
}

/** Some servers write `filename="Übersicht.pdf"` in UTF-8, which the HTTP parser decodes as Latin-1. */
function repairUtf8(text: string | undefined): string | undefined {
  if (text === undefined || !/^[\0-\xff]*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : text;
}

function unescapePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // invalid percent-encoding
  }
}
