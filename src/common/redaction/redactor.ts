/** How a secret reads where it may not be shown, and what a client writes to keep one that is stored. */
export const HIDDEN = '[HIDDEN]';

/** Shorter ones would hide half of every text. Real keys and tokens are longer. */
const MIN_SECRET = 6;

/** Takes the secrets that it was made with out of a text. */
export type Hide = (text: string) => string;

/**
 * Takes secrets out of text wherever they stand, in every spelling that a server gives back what it was sent in.
 *
 * @param secrets those shorter than 6 characters are left alone
 */
export function hider(secrets: readonly string[]): Hide {
  const hidden = toHide(secrets);
  return (text) => hidden.reduce((all, secret) => (all.includes(secret) ? all.replaceAll(secret, HIDDEN) : all), text);
}

/**
 * Takes secrets out of bytes, in place: each byte of one becomes `*`, so that all else stays where the format of a file has it.
 *
 * @param secrets as for {@link hider}; looked for in UTF-8 and in UTF-16
 */
export function blanker(secrets: readonly string[]): (bytes: Buffer) => void {
  const hidden = toHide(secrets).flatMap((secret) => [Buffer.from(secret), Buffer.from(secret, 'utf16le')]);
  return (bytes) => {
    for (const secret of hidden) {
      for (let at = bytes.indexOf(secret); at !== -1; at = bytes.indexOf(secret, at + secret.length)) {
        bytes.fill('*', at, at + secret.length);
      }
    }
  };
}

function toHide(secrets: readonly string[]): string[] {
  return (
    secrets
      .filter((secret) => secret.length >= MIN_SECRET)
      .flatMap(spellings)
      // The longest first: where one secret begins another, the other's end would be left.
      .toSorted((a, b) => b.length - a.length)
  );
}

/** A secret as it stands in text, in JSON, in a URL, in a form, and in base64 without its padding. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  // Most tokens are the same in text, in JSON, in a URL and in a form.
  if (/^[\w.-]+$/.test(secret)) return [secret, base64, bytes.toString('base64url')];
  const inUrl = encodeURIComponent(bytes.toString()); // lone surrogates have no place in a URL
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const encoded = [inUrl, inForm].flatMap((text) => [text, text.replaceAll(/%../g, (octet) => octet.toLowerCase())]);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), ...encoded, base64, bytes.toString('base64url')])];
}
