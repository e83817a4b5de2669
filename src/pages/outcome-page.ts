import { page, type Page, type PageTheme } from './layout.js';
import { html, type Html } from './markup/html.js';
import { textsOf, type Message, type Texts } from './texts/index.js';

/** Content of a page that shows a result or an error. */
export interface Outcome extends Message {
  tone: 'ok' | 'neutral' | 'bad';
  /** An id for the user to quote when they ask for help. */
  reference?: string;
  /** Whether nothing is left to do on this page, so that the window can be closed. */
  isEnd?: boolean;
  /** URL of the tenant's page that sent the user here. */
  returnTo?: string;
}

/**
 * Renders a page that shows a result or an error.
 *
 * @param hasLanguageLinks whether the URL can be opened again, in another language
 */
export function outcomePage(theme: PageTheme, outcome: Outcome, hasLanguageLinks = false): Page {
  const { tone, title, text, reference } = outcome;
  const texts = textsOf(theme.language);
  const footer = reference ? html`<small>${texts.reference}: <code>${reference}</code></small>` : html``;
  const body = html`${icon(tone)}
<h1>${title}</h1>
<p>${text}</p>
${wayBack(outcome, texts)}
${footer}`;
  return page({ ...theme, title, body, hasLanguageLinks });
}

/** Links back to the tenant, or says that the window can be closed. */
function wayBack({ isEnd, returnTo }: Outcome, { goBack, canClose }: Texts): Html {
  if (returnTo !== undefined) return html`<p class="row"><a class="button" href="${returnTo}">${goBack}</a></p>`;
  return isEnd ? html`<p>${canClose}</p>` : html``;
}

const ICONS: Record<Outcome['tone'], Html> = {
  ok: html`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  neutral: html`<path d="M6.5 12h11"/>`,
  bad: html`<path d="M12 6v7.5M12 17.6v.1"/>`,
};

function icon(tone: Outcome['tone']): Html {
  return html`<div class="mark ${tone}" aria-hidden="true"><svg viewBox="0 0 24 24">${ICONS[tone]}</svg></div>`;
}
