import type { Finding, JsonObject, Located } from '@countersign/openapi';
import { readTexts } from './texts.js';

/** The usable credentials of a source, and the names of those that it does not reveal. */
export interface ReadCredentials {
  fields: Record<string, Located<string>>;
  withheld: string[];
  warnings: Finding[];
}

/** Placeholders for hidden or missing secrets: `[HIDDEN]`, `<your key>`, `{{KEY}}`, `****`, `YOUR_API_KEY`. */
const PLACEHOLDER = /^(?:\[.*\]|<.*>|\{\{.*\}\}|\*+|(?:your|insert|enter|replace)[-_ ].*)$/is;

/** LibreChat's formats: initialization vector and ciphertext in hexadecimal, with a version prefix from version 3 on. */
const ENCRYPTED = /^(?:v\d+:[0-9a-f]+:[0-9a-f]*|[0-9a-f]{32}:(?:[0-9a-f]{32})+)$/i;

/**
 * Reads the usable credentials of a source.
 *
 * @param names maps our field names to the source's
 * @throws {CountersignError} `invalid_import`: credentials are not strings
 */
export function readCredentials(holder: Located<JsonObject>, names: Record<string, string>): ReadCredentials {
  const read: ReadCredentials = { fields: {}, withheld: [], warnings: [] };
  for (const [ours, { value, pointer }] of Object.entries(readTexts(holder, names))) {
    if (ENCRYPTED.test(value)) {
      const message = `${names[ours]} is encrypted; only the installation that exported it can decrypt it`;
      read.warnings.push({ code: 'credential_encrypted', message, pointer });
    }
    if (ENCRYPTED.test(value) || PLACEHOLDER.test(value)) read.withheld.push(ours);
    else read.fields[ours] = { value, pointer };
  }
  return read;
}
