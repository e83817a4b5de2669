import { page, type Page, type PageTheme } from './layout.js';
import { html, type Html } from './markup/html.js';
import { textsOf, type Message } from './texts/index.js';

/** Content of a page that shows a result or an error. */
export interface Outcome extends Message {
  tone: 'ok' | 'bad';
  /** An id for the user to quote when they ask for help. */
  reference?: string;
}

/**
 * Renders a page that shows a result or an error.
 *
 * @param hasLanguageLinks whether the URL can be opened again, in another language
 */
export function outcomePage(theme: PageTheme, outcome: Outcome, hasLanguageLinks = false): Page {
  const { tone, title, text, reference } = outcome;
  const footer = reference
    ? html`<small>${textsOf(theme.language).reference}: <code>${reference}</code></small>`
    : html``;
  const body = html`${icon(tone)}
<h1>${title}</h1>
<p>${text}</p>
${footer}`;
  return page({ ...theme, title, body, hasLanguageLinks });
}

function icon(tone: Outcome['tone']): Html {
  const path = tone === 'ok' ? html`<path d="M5 12.5l4.5 4.5L19 7.5"/>` : html`<path d="M12 6v7.5M12 17.6v.1"/>`;
  return html`<div class="mark ${tone}" aria-hidden="true"><svg viewBox="0 0 24 24">${path}</svg></div>`;
}
