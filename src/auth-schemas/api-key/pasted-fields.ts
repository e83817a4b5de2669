import type { AuthFields } from '../../auth-registry/index.js';
import { cleanKey, cleanPassword, withoutAdditions, withoutBlanks, type KeyPlace } from '../pasted-credentials.js';

/** Returns the fields of a schema without what pasting has added. */
export function cleanKeyFields(input: AuthFields): AuthFields {
  const fields = { ...input };
  const clean = (name: string, cleanText: (text: string) => string) => {
    const value = fields[name];
    if (typeof value === 'string') fields[name] = cleanText(value);
  };
  clean('custom_header_name', (text) => withoutAdditions(text).replace(/\s*:$/, ''));
  clean('parameter_name', (text) => withoutAdditions(text).replace(/=$/, ''));
  clean('username', withoutBlanks);
  clean('password', cleanPassword);
  clean('api_key', (text) => cleanKey(text, fields as Partial<KeyPlace>));
  return fields;
}
