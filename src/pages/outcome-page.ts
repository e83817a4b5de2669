import { html, type Html } from './html.js';
import { page, type Look, type Page } from './layout.js';
import { textsOf, type Told } from './texts/index.js';

/** A page that only tells something. */
export interface Outcome extends Told {
  tone: 'ok' | 'bad';
  /** For whoever is asked for help. */
  reference?: string;
}

/** @param isLasting whether its address can be opened again */
export function outcomePage(look: Look, outcome: Outcome, isLasting = false): Page {
  const { tone, title, text, reference } = outcome;
  const foot = reference ? html`<small>${textsOf(look.language).reference}: <code>${reference}</code></small>` : html``;
  const body = html`${mark(tone)}
<h1>${title}</h1>
<p>${text}</p>
${foot}`;
  return page({ ...look, title, body, isLasting });
}

function mark(tone: Outcome['tone']): Html {
  const path = tone === 'ok' ? html`<path d="M5 12.5l4.5 4.5L19 7.5"/>` : html`<path d="M12 6v7.5M12 17.6v.1"/>`;
  return html`<div class="mark ${tone}" aria-hidden="true"><svg viewBox="0 0 24 24">${path}</svg></div>`;
}
