import { setImmediate } from 'node:timers/promises';
import { HIDDEN, type RedactLong } from '../../common/redaction/redactor.js';
import { endOfString, parseString } from './json-string.js';

/** The number of characters to redact without a pause. Takes some milliseconds. */
const MAX_TURN = 16_384;

/** The beginning of a string, or a number that is long enough for a secret. */
const STRING_OR_NUMBER = /"|-?\d[\d.eE+-]{5,}/g;

/**
 * Replaces secrets in the keys and values of JSON. Secrets are found in the strings that the JSON stands for, however they are written. A number
 * that contains a secret becomes a string. Everything else stays as it was written.
 *
 * @param json need not be valid
 */
export async function redactJson(json: string, redact: RedactLong): Promise<string> {
  // Without a backslash, strings read as they are written.
  if (!json.includes('\\') && (await redact(json)) === json) return json;
  const parts: string[] = [];
  const tokens = new RegExp(STRING_OR_NUMBER);
  let [kept, searched] = [0, 0];
  for (let found = tokens.exec(json); found !== null; found = tokens.exec(json)) {
    const start = found.index;
    const end = found[0] === '"' ? endOfString(json, start) : tokens.lastIndex;
    if (end === undefined) break;
    tokens.lastIndex = end;
    const literal = json.slice(start, end);
    const redacted = redactToken(literal, redact);
    const written = typeof redacted === 'string' ? redacted : await redacted;
    if (written !== literal) {
      parts.push(json.slice(kept, start), written);
      kept = end;
    }
    if (end - searched < MAX_TURN) continue;
    searched = end;
    await setImmediate();
  }
  return parts.join('') + json.slice(kept);
}

function redactToken(literal: string, redact: RedactLong): string | Promise<string> {
  const isString = literal.startsWith('"');
  const value = isString ? parseString(literal) : literal;
  if (value === undefined) return literal;
  const write = (redacted: string) => {
    if (redacted === value) return literal;
    return JSON.stringify(isString ? redacted : HIDDEN);
  };
  const redacted = redact(value);
  return typeof redacted === 'string' ? write(redacted) : redacted.then(write);
}
