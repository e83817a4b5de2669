import { html, page, textsOf, type Html, type Page, type PageTheme } from '../../pages/index.js';
import type { AgreementContent } from './agreements.js';

/** Content of the page that asks a user to agree to a call. */
export interface ConfirmationPage extends Omit<AgreementContent, 'ticket' | 'shownBy'> {
  gptName: string;
  /** URL that the form is sent to. */
  action: string;
}

/** Renders the page that asks a user to agree to a call: operation, host, request, arguments, user, and two buttons. */
export function confirmationPage(theme: PageTheme, content: ConfirmationPage): Page {
  const { gptName, domain, summary, method, url, user, action } = content;
  const texts = textsOf(theme.language).confirmation;
  const body = html`<h1>${texts.title(domain)}</h1>
<p>${texts.request(html`<strong>${gptName}</strong>`, html`<strong>${domain}</strong>`)}</p>
<dl>
${fact(texts.operation, html`${summary}`)}
${fact(texts.call, html`<code>${method} ${url}</code>`)}
${fact(texts.arguments, html`<code>${content.arguments}</code>`)}
${user === undefined ? html`` : fact(texts.user, html`<code>${user}</code>`)}
</dl>
<form method="post" action="${action}"><p class="caution">${texts.caution}</p>
<div class="row"><button class="main" type="submit" name="answer" value="agreed">${texts.agree}</button>
<button class="plain" type="submit" name="answer" value="declined">${texts.decline}</button></div></form>`;
  return page({ ...theme, title: texts.title(domain), body, hasLanguageLinks: true });
}

function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}
