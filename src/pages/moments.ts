import { html, type Html } from './html.js';
import type { Language } from './texts/index.js';

const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** A day, as the language writes it. A page without a script does not know where its reader is: it is the day in UTC. */
export function day(language: Language, at: Date): Html {
  const text = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(at);
  return html`<time datetime="${at.toISOString().slice(0, 10)}">${text}</time>`;
}

/** How long ago something was. @param justNow what less than a minute is called */
export function ago(language: Language, at: Date, now: Date, justNow: string): Html {
  const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1000);
  const found = UNITS.find(([, each]) => seconds >= each);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const text = found ? format.format(-Math.floor(seconds / found[1]), found[0]) : justNow;
  return html`<time datetime="${at.toISOString()}">${text}</time>`;
}
