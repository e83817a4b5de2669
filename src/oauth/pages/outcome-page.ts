import { html } from './html.js';
import { page } from './layout.js';

/** A page that only tells something. */
export interface Outcome {
  tone: 'ok' | 'bad';
  title: string;
  text: string;
  /** For whoever is asked for help. */
  reference?: string;
}

export function outcomePage({ tone, title, text, reference }: Outcome): string {
  const mark =
    tone === 'ok'
      ? html`<div class="mark ok" aria-hidden="true">✓</div>`
      : html`<div class="mark bad" aria-hidden="true">!</div>`;
  const foot = reference ? html`<small>Reference: <code>${reference}</code></small>` : html``;
  return page(
    title,
    html`${mark}
      <h1>${title}</h1>
      <p>${text}</p>
      ${foot}`,
  );
}
