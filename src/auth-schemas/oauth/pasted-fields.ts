import type { AuthFields, FieldsCheck } from '../../auth-registry/index.js';
import { cleanScope, credentialProblem, fieldErrors, urlProblem, withoutAdditions } from '../pasted-credentials.js';

const URLS = ['authorization_url', 'token_url', 'refresh_url', 'revocation_url', 'issuer'];
const CREDENTIALS = ['client_id', 'client_secret'];

/** How each field that people paste is cleaned. */
const CLEAN: Readonly<Record<string, (text: string) => string>> = {
  ...Object.fromEntries(URLS.map((name) => [name, cleanUrl])),
  client_id: (text) => withoutAdditions(text, /^client[-_ ]?id\s*[:=]\s*(?=\S)/i),
  client_secret: (text) => withoutAdditions(text, /^client[-_ ]?secret\s*[:=]\s*(?=\S)/i),
  scope: cleanScope,
  token_header_name: (text) => withoutAdditions(text).replace(/\s*:$/, ''),
  token_prefix: (text) => text.trim(),
};

/** Checks of what cleaning could not remove. */
export const PASTED_CHECKS: FieldsCheck[] = [
  ...URLS.map((name) => check(name, urlProblem)),
  ...CREDENTIALS.map((name) => check(name, credentialProblem)),
];

/** Returns the fields of a schema without what pasting has added. */
export function cleanOAuthFields(input: AuthFields): AuthFields {
  const cleaned = Object.entries(input).map(([name, value]) => {
    const clean = Object.hasOwn(CLEAN, name) ? CLEAN[name] : undefined;
    return [name, clean && typeof value === 'string' ? clean(value) : value];
  });
  return Object.fromEntries(cleaned) as AuthFields;
}

/** Also removes the angle brackets of a URL in a text (RFC 3986, appendix C). */
function cleanUrl(text: string): string {
  return withoutAdditions(text)
    .replace(/^<(https?:[^<>]*)>$/i, '$1')
    .replace(/^(["'`])(https?:.*)\1$/i, '$2');
}

function check(name: string, problemOf: (text: string) => string | undefined): FieldsCheck {
  const find = (fields: AuthFields) => {
    const value = fields[name];
    return typeof value === 'string' ? fieldErrors(name, problemOf(value)) : [];
  };
  return { reads: [name], find };
}
