import type { Finding, JsonObject, Located } from '@countersign/openapi';
import { readAll } from './invalid-import.js';
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
 * @param places the objects that may hold them, first the one that is preferred
 * @param names maps our field names to the source's
 * @throws {CountersignError} `invalid_import`: credentials are not strings
 */
export function readCredentials(
  places: readonly Located<JsonObject>[],
  names: Record<string, readonly string[]>,
): ReadCredentials {
  const read: ReadCredentials = { fields: {}, withheld: [], warnings: [] };
  const texts = readAll(...places.map((place) => () => readTexts(place, oneByOne(names))));
  for (const [ours, theirs] of Object.entries(names)) {
    const found = texts.flatMap((ofPlace) => theirs.flatMap((name) => ofPlace[name] ?? []))[0];
    if (found === undefined) continue;
    const { value, pointer } = found;
    if (ENCRYPTED.test(value)) {
      const message = `${pointer.slice(pointer.lastIndexOf('/') + 1)} is encrypted; only the installation that exported it can decrypt it`;
      read.warnings.push({ code: 'credential_encrypted', message, pointer });
    }
    if (ENCRYPTED.test(value) || PLACEHOLDER.test(value)) read.withheld.push(ours);
    else read.fields[ours] = found;
  }
  return read;
}

/** Maps each of the source's names to itself. */
function oneByOne(names: Record<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.values(names)
      .flat()
      .map((name) => [name, name]),
  );
}
