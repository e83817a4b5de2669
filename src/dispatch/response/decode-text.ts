import { essenceOf, readParameters } from '../files/media-type.js';

/** HTML says so in `<meta>`, XML in its declaration, within the first 1024 bytes (HTML Standard, "determining the character encoding"). */
const DECLARED_WITHIN = 1024;
const META = /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i;
const XML_DECLARATION = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)/;

/** The bytes from 80 to 9F (Encoding Standard, index windows-1252). */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const MARKS: readonly [mark: string, charset: string][] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xfe\xff', 'utf-16be'],
  ['\xff\xfe', 'utf-16le'],
];

/**
 * The text of a body. What cannot be read as a character is U+FFFD.
 *
 * A byte order mark tells its charset, whatever else does (Encoding Standard, section 6, "decode"); then the `charset` of the media type; then
 * what HTML or XML say themselves. Without any of these, and where they name a charset that nobody knows, it is UTF-8: so it must be for JSON
 * (RFC 8259, section 8.1).
 *
 * @param isCut the bytes end somewhere: half a character at their end is left out
 */
export function decodeText(bytes: Buffer, contentType: string | null, isCut: boolean): string {
  const charset = charsetOf(bytes, contentType);
  // Several times faster on what is short; it keeps the mark.
  if (charset === 'utf-8' && !isCut) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (charset === 'windows-1252') return decodeWindows1252(bytes);
  return new TextDecoder(charset).decode(bytes, { stream: isCut });
}

/** Some versions of Node take it for ISO-8859-1 (nodejs/node#60888): the euro sign and curly quotes would be control characters. */
function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (octet) => WINDOWS_1252.charAt(octet.charCodeAt(0) - 0x80));
}

function charsetOf(bytes: Buffer, contentType: string | null): string {
  const labelled = contentType === null ? undefined : readParameters(contentType).get('charset');
  return markOf(bytes) ?? nameOf(labelled) ?? nameOf(declaredIn(bytes, contentType ?? '')) ?? 'utf-8';
}

function markOf(bytes: Buffer): string | undefined {
  const beginning = bytes.toString('latin1', 0, 3);
  return MARKS.find(([mark]) => beginning.startsWith(mark))?.[1];
}

function declaredIn(bytes: Buffer, contentType: string): string | undefined {
  const essence = essenceOf(contentType);
  const beginning = () => bytes.toString('latin1', 0, DECLARED_WITHIN);
  if (/[/+]xml$/.test(essence)) return asciiLike(XML_DECLARATION.exec(beginning())?.[1]);
  if (essence === 'text/html') return asciiLike(META.exec(beginning().replaceAll(/<!--.*?-->/gs, ''))?.[1]);
  return undefined;
}

/** What was read as ASCII is not UTF-16, whatever it says. */
function asciiLike(label: string | undefined): string | undefined {
  return label !== undefined && /^utf-?16/i.test(label) ? 'utf-8' : label;
}

/** @returns `undefined` for a label of no charset */
function nameOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  if (/^utf-?8$/i.test(label)) return 'utf-8';
  try {
    const name = new TextDecoder(label).encoding;
    return name === 'gbk' ? 'gb18030' : name; // it is decoded as that (Encoding Standard, section 10.1.1)
  } catch {
    return undefined; // its error says no more than that
  }
}
