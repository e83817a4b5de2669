import { type Finding, type JsonObject, type Located, member } from '../../openapi/index.js';
import { invalidForm } from './invalid-import.js';

/** The credentials that a form shows, and the names of those that it only says it has. */
export interface ReadCredentials {
  fields: Record<string, Located<string>>;
  withheld: string[];
  warnings: Finding[];
}

/** What stands where a secret is not shown or has not been filled in: `[HIDDEN]`, `<your key>`, `{{KEY}}`, `****`, `YOUR_API_KEY`. */
const PLACEHOLDER = /^(?:\[.*\]|<.*>|\{\{.*\}\}|\*+|(?:your|insert|enter|replace)[-_ ].*)$/is;

/** LibreChat's: hexadecimal, an initialization vector before the text, and from the third on the version before both. */
const ENCRYPTED = /^(?:v\d+:[0-9a-f]+:[0-9a-f]*|[0-9a-f]{32}:(?:[0-9a-f]{32})+)$/i;

/**
 * Reads what can be used of a form's credentials.
 *
 * @param names the form's name of each of ours
 * @throws {CountersignError} `invalid_import`: one is not text
 */
export function readCredentials(holder: Located<JsonObject>, names: Record<string, string>): ReadCredentials {
  const read: ReadCredentials = { fields: {}, withheld: [], warnings: [] };
  for (const [ours, theirs] of Object.entries(names)) {
    const value = member(holder.value, theirs) ?? '';
    const pointer = `${holder.pointer}/${theirs}`;
    if (typeof value !== 'string') throw invalidForm([{ pointer, message: `${theirs} must be text` }]);
    if (ENCRYPTED.test(value)) {
      const message = `${theirs} is encrypted: only the installation that it comes from can read it`;
      read.warnings.push({ code: 'credential_encrypted', message, pointer });
    }
    if (ENCRYPTED.test(value) || PLACEHOLDER.test(value)) read.withheld.push(ours);
    else if (value !== '') read.fields[ours] = { value, pointer };
  }
  return read;
}
