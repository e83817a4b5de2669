import { visit } from 'jsonc-parser';
import { type Finding } from '../document/errors.js';
import { type JsonValue, isContainer, pointerTo } from '../document/json.js';
import { endOfString } from '../numbers/inexact-literals.js';

const MAX_FINDINGS = 20;

/**
 * Finds keys that occur twice in one object of a JSON text. `JSON.parse` silently keeps the last one (RFC 8259, section 4).
 *
 * @param text valid JSON
 * @param kept the number of keys after parsing; if the text has no more, there are no duplicates
 */
export function duplicateKeys(text: string, kept: number): Finding[] {
  return countKeys(text) === kept ? [] : findDuplicates(text);
}

/**
 * Finds keys that occur twice in one object of a JSON text.
 *
 * @param parsed the value that the text was parsed to
 */
export function findDuplicateKeys(text: string, parsed: JsonValue): Finding[] {
  return duplicateKeys(text, countParsedKeys(parsed));
}

function countParsedKeys(parsed: JsonValue): number {
  let count = 0;
  const pending: JsonValue[] = [parsed];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (!isContainer(value)) continue;
    const members = Object.values(value);
    if (!Array.isArray(value)) count += members.length;
    for (const member of members) pending.push(member);
  }
  return count;
}

/** Counts the keys of a JSON text, several times faster than a parser. */
function countKeys(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1;) {
    const end = endOfString(text, start);
    if (isBeforeColon(text, end)) count += 1;
    start = text.indexOf('"', end);
  }
  return count;
}

function findDuplicates(text: string): Finding[] {
  const findings: Finding[] = [];
  const objects: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void objects.push(new Set()),
    onObjectEnd: () => void objects.pop(),
    onObjectProperty(key, _offset, _length, _line, _character, path) {
      const keys = objects.at(-1);
      if (keys?.has(key) && findings.length < MAX_FINDINGS) {
        const message = `the key "${key}" is duplicated; only its last value is used, so remove the others`;
        findings.push({ code: 'duplicate_key', message, pointer: pointerTo('', ...path(), key) });
      }
      keys?.add(key);
    },
  });
  return findings;
}

const COLON = 0x3a;
const SPACE = 0x20;

/** Between a key and its colon there is only whitespace, which has the lowest character codes in valid JSON. */
function isBeforeColon(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return text.charCodeAt(at) === COLON;
}
