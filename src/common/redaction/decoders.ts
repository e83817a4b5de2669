import type { DecodedPart } from './decoded-part.js';
import { EscapedPart } from './escaped-part.js';

/**
 * Decodes the parts of a text that are in one encoding. Texts are binary strings: each character is one octet of UTF-8. Takes time linear in
 * the text.
 *
 * @param shortest the length of the shortest octets searched for; encoded parts that are too short for them are left out
 * @param margin the number of characters around an escape that can belong to the same octets
 */
export type Decoder = (text: string, shortest: number, margin: number) => Iterable<DecodedPart>;

const JSON_ESCAPE = /\\(?:u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})|u([\da-f]{4})|x([\da-f]{2})|([bfnrt])|(["'\\/]))/gi;
const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

const HTML_ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi;
/** The names of ASCII characters (HTML Standard, section "Named character references"). */
const ENTITIES = new Map(
  `Tab\t NewLine\n excl! quot" num# dollar$ percnt% amp& apos' lpar( rpar) ast* midast* plus+ comma, period. sol/ colon: semi; lt< equals= gt> quest?
   commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave\` lcub{ lbrace{ verbar| vert| rcub} rbrace}`
    .split(/ +|\n +/)
    .map((entry) => [entry.slice(0, -1), entry.slice(-1)]),
);

const URL_ESCAPE = /%([\da-f]{2})/gi;

const BASE64 = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_');
const HEX = tableOf('0123456789abcdefABCDEF');

/** JSON escapes, HTML entities, percent-encoding, base64 and base64url, and hexadecimal. */
export const DECODERS: readonly Decoder[] = [decodeJson, decodeHtml, decodeUrl, decodeBase64, decodeHex];

function decodeJson(text: string, _: number, margin: number): Iterable<DecodedPart> {
  if (!text.includes('\\')) return [];
  return EscapedPart.decode(text, JSON_ESCAPE, margin, ([, high, low, unit, octet, control, mark]) => {
    if (high && low) return octetsOf(String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)));
    if (unit || octet) return octetsOfCode(Number.parseInt(unit ?? octet ?? '', 16));
    return control ? CONTROLS[control] : mark;
  });
}

function decodeHtml(text: string, _: number, margin: number): Iterable<DecodedPart> {
  if (!text.includes('&')) return [];
  return EscapedPart.decode(text, HTML_ENTITY, margin, ([, decimal, hex, name]) => {
    if (name) return ENTITIES.get(name) ?? ENTITIES.get(name.toLowerCase());
    return octetsOfCode(decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16));
  });
}

function decodeUrl(text: string, _: number, margin: number): Iterable<DecodedPart> {
  if (!text.includes('%')) return [];
  return EscapedPart.decode(text, URL_ESCAPE, margin, ([, hex = '']) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Decodes each run at all four offsets, because the characters in front of an encoded secret may belong to the same run. */
function* decodeBase64(text: string, shortest: number): Iterable<DecodedPart> {
  for (const [start, end] of runsOf(BASE64, text, Math.ceil((shortest * 4) / 3))) {
    for (let from = start; from < start + 4; from++) {
      yield {
        text: Buffer.from(text.slice(from, end), 'base64').toString('latin1'),
        startInSource: (offset) => from + Math.floor((offset * 4) / 3),
        endInSource: (offset) => from + Math.ceil((offset * 4) / 3),
      };
    }
  }
}

function* decodeHex(text: string, shortest: number): Iterable<DecodedPart> {
  for (const [start, end] of runsOf(HEX, text, shortest * 2)) {
    for (const from of [start, start + 1]) {
      const inSource = (offset: number) => from + offset * 2;
      const octets = Buffer.from(text.slice(from, end - ((end - from) % 2)), 'hex');
      yield { text: octets.toString('latin1'), startInSource: inSource, endInSource: inSource };
    }
  }
}

/** Finds the runs of at least `length` characters of an alphabet. */
function* runsOf(alphabet: Uint8Array, text: string, length: number): Iterable<[start: number, end: number]> {
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && alphabet[text.charCodeAt(at)] === 1) continue;
    if (at - start >= length) yield [start, at];
    start = at + 1;
  }
}

function tableOf(alphabet: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of alphabet) table[character.charCodeAt(0)] = 1;
  return table;
}

function octetsOfCode(code: number): string | undefined {
  if (code < 0x80) return String.fromCharCode(code);
  return code <= 0x10_ff_ff ? octetsOf(String.fromCodePoint(code)) : undefined;
}

function octetsOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
