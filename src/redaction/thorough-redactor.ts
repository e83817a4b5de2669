import { HIDDEN, redactor, type Redact } from '../common/index.js';

/** Maximum number of nested escapes. A page or a log may escape text that is already escaped. */
const MAX_NESTED_ESCAPES = 3;

/**
 * Creates a function that redacts secrets like {@link redactor}, and also secrets in escapes or base64. Text with an escaped secret is
 * returned unescaped; other text is unchanged.
 */
export function thoroughRedactor(secrets: readonly string[]): Redact {
  const redact = redactor(secrets);
  const shortest = Math.min(...secrets.map(({ length }) => length));
  // No encoding makes a secret shorter.
  return (text) =>
    text.length < shortest ? text : redactEscaped(redactBase64(redact(text), redact, shortest), redact);
}

/** Redacts base64 with a secret in it: servers echo `Basic` credentials, and embed request data in their own tokens. */
function redactBase64(text: string, redact: Redact, shortest: number): string {
  const hasSecret = (run: string) => {
    const plain = Buffer.from(run, 'base64').toString();
    return redact(plain) !== plain;
  };
  // Preceding characters may belong to the same run and shift the alignment, so all four offsets are tried.
  return text.replaceAll(/[\w+/-]{8,}/g, (run) =>
    run.length >= shortest && [0, 1, 2, 3].some((start) => hasSecret(run.slice(start))) ? HIDDEN : run,
  );
}

function redactEscaped(text: string, redact: Redact): string {
  if (!/[\\&%]/.test(text)) return text;
  let plain = text;
  let isEscaped = false;
  for (let round = 0; round < MAX_NESTED_ESCAPES; round++) {
    // One kind at a time, because a secret may itself look like an escape of another kind.
    for (const unescape of [unescapeJson, unescapeHtml, unescapeUrl]) {
      const unescaped = unescape(plain);
      plain = redact(unescaped);
      isEscaped ||= plain !== unescaped;
    }
  }
  return isEscaped ? plain : text;
}

function unescapeJson(text: string): string {
  return text.replaceAll(
    /\\(?:u([\da-f]{4})|x([\da-f]{2})|(["\\/]))/gi,
    (_, wide?: string, narrow?: string, mark = '') =>
      wide || narrow ? character(Number.parseInt(wide ?? narrow ?? '', 16)) : mark,
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (_, decimal, hex, name) =>
    name ? (ENTITIES[name.toLowerCase()] ?? '') : character(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}

function unescapeUrl(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}

function character(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}
