import { html, type Html } from './markup/html.js';
import type { Language } from './texts/index.js';

const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** Renders a date in the format of the language. It is in UTC: a page without scripts does not know the reader's time zone. */
export function dateElement(language: Language, at: Date): Html {
  const text = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(at);
  return html`<time datetime="${at.toISOString().slice(0, 10)}">${text}</time>`;
}

/**
 * Renders the time that has passed, such as "2 hours ago".
 *
 * @param justNow text for less than a minute
 */
export function relativeTimeElement(language: Language, at: Date, now: Date, justNow: string): Html {
  const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1000);
  const found = UNITS.find(([, unitSeconds]) => seconds >= unitSeconds);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const text = found ? format.format(-Math.floor(seconds / found[1]), found[0]) : justNow;
  return html`<time datetime="${at.toISOString()}">${text}</time>`;
}
