import { HIDDEN, hider, type Hide } from '../common/index.js';

/** An escape may be escaped again, by whoever puts it into a page or a log. */
const ROUNDS = 3;

/**
 * Takes secrets out of text like {@link hider}, and also where escapes or base64 disguise them. A text that holds a disguised secret
 * comes back without its escapes; any other comes back as it was.
 */
export function thoroughHider(secrets: readonly string[]): Hide {
  const hide = hider(secrets);
  const shortest = Math.min(...secrets.map(({ length }) => length));
  // No disguise makes a secret shorter.
  return (text) => (text.length < shortest ? text : hideEscaped(hideBase64(hide(text), hide, shortest), hide));
}

/** Servers repeat `Basic` credentials, and put what they were sent into tokens of their own. */
function hideBase64(text: string, hide: Hide, shortest: number): string {
  const holdsSecret = (run: string) => {
    const plain = Buffer.from(run, 'base64').toString();
    return hide(plain) !== plain;
  };
  // What stands before it may belong to the same run, and shifts it.
  return text.replaceAll(/[\w+/-]{8,}/g, (run) =>
    run.length >= shortest && [0, 1, 2, 3].some((start) => holdsSecret(run.slice(start))) ? HIDDEN : run,
  );
}

function hideEscaped(text: string, hide: Hide): string {
  if (!/[\\&%]/.test(text)) return text;
  let plain = text;
  let isDisguised = false;
  for (let round = 0; round < ROUNDS; round++) {
    // One kind after the other: a secret may itself look like an escape of another kind.
    for (const unescape of [unescapeJson, unescapeHtml, unescapeUrl]) {
      const unescaped = unescape(plain);
      plain = hide(unescaped);
      isDisguised ||= plain !== unescaped;
    }
  }
  return isDisguised ? plain : text;
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
