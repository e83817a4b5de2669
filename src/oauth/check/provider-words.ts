import { safeWords } from '../trace/redact.js';

const MAX_QUOTE = 200;
const MAX_TEXT = 20_000;

/** A provider's error and what it says of it, as they may be shown: short, without what looks like a token. */
export function quoted(error: string | null | undefined, description?: string | null): string {
  const words = description ? `${error ?? ''} (${description})` : (error ?? '');
  return safeWords(words, []).slice(0, MAX_QUOTE);
}

/** What a page says to its reader: no markup, no scripts, no styles. */
export function pageText(html: string): string {
  return html
    .split(/<(?:script|style)\b/i)
    .map((part, index) =>
      index === 0
        ? part
        : part
            .split(/<\/(?:script|style)\b/i)
            .slice(1)
            .join(' '),
    )
    .join(' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, MAX_TEXT);
}

/** All that a body says in words: the texts in a JSON value, whatever their names, or a text as it is. */
export function wordsIn(body: string): string {
  try {
    return textsIn(JSON.parse(body)).join(' ').slice(0, MAX_TEXT);
  } catch {
    return pageText(body); // no JSON
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
