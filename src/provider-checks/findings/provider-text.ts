import { redactText } from '../../redaction/index.js';

const MAX_QUOTE_LENGTH = 200;
const MAX_PAGE_TEXT_LENGTH = 20_000;

/** Returns a provider's error and description for quoting: shortened, and without text that looks like a token. */
export function quoteError(error?: string | null, description?: string | null): string {
  const text = error && description ? `${error} (${description})` : error || description || '';
  return redactText(text, []).slice(0, MAX_QUOTE_LENGTH);
}

/** Returns the visible text of a page, without markup, scripts and styles. */
export function pageText(html: string): string {
  const [before = '', ...scripts] = html.split(/<(?:script|style)\b/i);
  const after = scripts.flatMap((script) => script.split(/<\/(?:script|style)\b/i).slice(1));
  return [before, ...after]
    .join(' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, MAX_PAGE_TEXT_LENGTH);
}
