import { isUtf8 } from 'node:buffer';
import { cut } from '../response/cut.js';
import { essenceOf, readParameters } from './media-type.js';

const LONGEST = 255;

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

/** Where the bytes of a file came from. */
export interface FileSource {
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
}

/**
 * A name for a file: what `Content-Disposition` says (RFC 6266: `filename*` before `filename`), else the end of the URL's path, else `file`.
 * The latter two get the extension of the media type where they have none.
 *
 * @returns never a path, and nothing that does not show
 */
export function fileNameOf({ headers, url }: FileSource, mediaType: string): string {
  const parameters = readParameters(`;${headers['content-disposition']?.replace(/^[^;=]*;/, '') ?? ''}`);
  const given = presentableName(extendedValue(parameters.get('filename*')) ?? inUtf8(parameters.get('filename')) ?? '');
  if (given !== undefined) return given;
  const name = presentableName(unescaped(new URL(url).pathname)) ?? 'file';
  return /\.\w+$/.test(name) ? name : name + (EXTENSIONS.get(essenceOf(mediaType)) ?? '');
}

/**
 * The last segment of a name, without characters that control or turn text around.
 *
 * @returns `undefined` where nothing is left
 */
export function presentableName(text: string): string | undefined {
  const segment = text.split(/[/\\]/).at(-1) ?? '';
  const visible = segment
    .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  return /^\.{0,2}$/.test(visible) ? undefined : shortened(visible);
}

/** The extension is kept. */
function shortened(name: string): string {
  const extension = /\.\w{1,16}$/.exec(name)?.[0] ?? '';
  return name.length <= LONGEST ? name : cut(name, LONGEST - extension.length) + extension;
}

/** `UTF-8'en'%e2%82%ac.pdf` (RFC 8187, section 3.2). */
function extendedValue(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = /^([\w-]+)'[^']*'((?:%[0-9a-f]{2}|[^%'])*)$/i.exec(value ?? '') ?? [];
  if (!/^(?:utf-8|iso-8859-1)$/i.test(charset)) return undefined;
  return new TextDecoder(charset).decode(percentDecoded(encoded));
}

function percentDecoded(text: string): Buffer {
  const octets = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1');
}

/** Servers write `filename="Übersicht.pdf"` in UTF-8, which may have been read as Latin-1 on its way here. */
function inUtf8(text: string | undefined): string | undefined {
  if (text === undefined || !/^[\0-\xff]*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : text;
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // percent signs that escape nothing
  }
}
