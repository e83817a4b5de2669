import { redactText } from '../../redaction/index.js';

const MAX_QUOTE = 200;
const MAX_TEXT = 20_000;

/** A provider's error and what it says of it, as they may be shown: short, without what looks like a token. */
export function quoted(error?: string | null, description?: string | null): string {
  const words = description ? `${error ?? ''} (${description})` : (error ?? '');
  return redactText(words, []).slice(0, MAX_QUOTE);
}

/** What a page says to its reader: no markup, no scripts, no styles. */
export function pageText(html: string): string {
  const [before = '', ...scripts] = html.split(/<(?:script|style)\b/i);
  const behind = scripts.flatMap((script) => script.split(/<\/(?:script|style)\b/i).slice(1));
  return [before, ...behind]
    .join(' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, MAX_TEXT);
}
