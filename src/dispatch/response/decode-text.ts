import { essenceOf, readParameters } from '../files/media-type.js';

/** HTML declares its charset in `<meta>`, XML in its declaration, within the first 1024 bytes (HTML Standard, "determining the character encoding"). */
const MAX_DECLARATION_BYTES = 1024;
const META = /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i;
const XML_DECLARATION = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)/;

/** The characters of bytes 80 to 9F (Encoding Standard, index windows-1252). */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const BYTE_ORDER_MARKS: readonly [mark: string, charset: string][] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xfe\xff', 'utf-16be'],
  ['\xff\xfe', 'utf-16le'],
];

/**
 * Decodes the text of a body. Invalid bytes become U+FFFD.
 *
 * A byte order mark decides the charset (Encoding Standard, section 6, "decode"), then the `charset` of the media type, then a declaration in HTML
 * or XML. Without any of these, or if the charset is unknown, the text is UTF-8, as JSON must be (RFC 8259, section 8.1).
 *
 * @param isTruncated the end of the bytes is missing: an incomplete character at their end is dropped
 */
export function decodeText(bytes: Buffer, contentType: string | null, isTruncated: boolean): string {
  const charset = charsetOf(bytes, contentType);
  // Several times faster for short texts; keeps the byte order mark.
  if (charset === 'utf-8' && !isTruncated) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (charset === 'windows-1252') return decodeWindows1252(bytes);
  return new TextDecoder(charset).decode(bytes, { stream: isTruncated });
}

/** Some versions of Node decode windows-1252 as ISO-8859-1 (nodejs/node#60888), which turns the euro sign and curly quotes into control characters. */
function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (octet) => WINDOWS_1252.charAt(octet.charCodeAt(0) - 0x80));
}

function charsetOf(bytes: Buffer, contentType: string | null): string {
  const labelled = contentType === null ? undefined : readParameters(contentType).get('charset');
  return (
    charsetOfMark(bytes) ??
    charsetOfLabel(labelled) ??
    charsetOfLabel(declaredLabel(bytes, contentType ?? '')) ??
    'utf-8'
  );
}

function charsetOfMark(bytes: Buffer): string | undefined {
  const beginning = bytes.toString('latin1', 0, 3);
  return BYTE_ORDER_MARKS.find(([mark]) => beginning.startsWith(mark))?.[1];
}

function declaredLabel(bytes: Buffer, contentType: string): string | undefined {
  const essence = essenceOf(contentType);
  const beginning = () => bytes.toString('latin1', 0, MAX_DECLARATION_BYTES);
  if (/[/+]xml$/.test(essence)) return asciiCompatible(XML_DECLARATION.exec(beginning())?.[1]);
  if (essence === 'text/html') return asciiCompatible(META.exec(beginning().replaceAll(/<!--.*?-->/gs, ''))?.[1]);
  return undefined;
}

/** A declaration that was readable as ASCII cannot be UTF-16, whatever it says (HTML Standard). */
function asciiCompatible(label: string | undefined): string | undefined {
  return label !== undefined && /^utf-?16/i.test(label) ? 'utf-8' : label;
}

/** @returns `undefined` if the label is unknown */
function charsetOfLabel(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  if (/^utf-?8$/i.test(label)) return 'utf-8';
  try {
    const name = new TextDecoder(label).encoding;
    return name === 'gbk' ? 'gb18030' : name; // the decoder is the same (Encoding Standard, section 10.1.1)
  } catch {
    return undefined; // unknown label
  }
}
