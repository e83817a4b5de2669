/** Replaces a secret that must not be shown. Clients send it back to keep a stored secret unchanged. */
export const HIDDEN = '[HIDDEN]';

/** Redacting shorter secrets would destroy most of a text. Real keys and tokens are longer. */
const MIN_SECRET_LENGTH = 6;

/** Replaces known secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Creates a function that replaces secrets in text with {@link HIDDEN}, in every encoding in which a server may echo what it received.
 *
 * @param secrets secrets shorter than 6 characters are ignored
 */
export function redactor(secrets: readonly string[]): Redact {
  const needles = encodingsOf(secrets);
  return (text) => needles.reduce((all, needle) => (all.includes(needle) ? all.replaceAll(needle, HIDDEN) : all), text);
}

/**
 * Creates a function that overwrites secrets in bytes with `*`, in place, so that a file's format keeps its offsets.
 *
 * @param secrets as for {@link redactor}; found in UTF-8 and UTF-16
 */
export function byteRedactor(secrets: readonly string[]): (bytes: Buffer) => void {
  const needles = encodingsOf(secrets).flatMap((needle) => [Buffer.from(needle), Buffer.from(needle, 'utf16le')]);
  return (bytes) => {
    for (const needle of needles) {
      for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) {
        bytes.fill('*', at, at + needle.length);
      }
    }
  };
}

function encodingsOf(secrets: readonly string[]): string[] {
  return (
    secrets
      .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
      .flatMap(encodings)
      // Longest first: if one secret is a prefix of another, the rest of the longer one would remain.
      .toSorted((a, b) => b.length - a.length)
  );
}

/** Returns a secret as plain text, JSON, URL component, form value, and base64 without padding. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  // Most tokens look the same in text, JSON, URLs and forms.
  if (/^[\w.-]+$/.test(secret)) return [secret, base64, bytes.toString('base64url')];
  const inUrl = encodeURIComponent(bytes.toString()); // through bytes: encodeURIComponent throws on lone surrogates
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const encoded = [inUrl, inForm].flatMap((text) => [text, text.replaceAll(/%../g, (octet) => octet.toLowerCase())]);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), ...encoded, base64, bytes.toString('base64url')])];
}
