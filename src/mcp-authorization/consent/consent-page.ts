import { html, page, textsOf, type Html, type Page, type PageTheme } from '../../pages/index.js';
import type { ClientFacts } from '../clients/client.js';
import { formTargetOf, isLoopbackRedirect, redirectTarget } from '../protocol/redirect-uri.js';

/** Content of the consent page. */
export interface ConsentPage {
  client: ClientFacts;
  redirectUri: string;
  gptName: string;
  tenantName: string;
  user: string;
  /** Path that the form is sent to. */
  action: string;
  /** The one-time key. The form returns it, which no other site can do. */
  key: string;
}

type ConsentTexts = ReturnType<typeof textsOf>['authorization'];

/** Renders the consent page: the client, where the answer goes, the user, the GPT, warnings, and two buttons. */
export function consentPage(theme: PageTheme, content: ConsentPage): Page {
  const { client, redirectUri, gptName, tenantName, user, action, key } = content;
  const texts = textsOf(theme.language).authorization;
  const target = redirectTarget(redirectUri);
  const name = client.name ?? client.publisher ?? target;
  const title = texts.title(name);
  const body = html`<h1>${title}</h1>
<p>${texts.request(html`<strong>${name}</strong>`, html`<strong>${gptName}</strong>`)}</p>
<dl>
${fact(texts.client, html`${name}<br>${publisherOf(client, texts)}`)}
${fact(texts.redirect, html`<code>${target}</code>`)}
${fact(texts.user, html`<code>${user}</code>`)}
${fact(texts.assistant, html`${gptName}`)}
${fact(texts.from, html`${tenantName}`)}
</dl>
${warningOf(redirectUri, texts)}
<p class="caution">${texts.caution(target)}</p>
<form method="post" action="${action}"><input type="hidden" name="key" value="${key}">
<div class="row"><button class="main" type="submit" name="decision" value="allow">${texts.allow}</button>
<button class="plain main" type="submit" name="decision" value="deny">${texts.deny}</button></div></form>`;
  return page({ ...theme, title, body, formTarget: formTargetOf(redirectUri) });
}

function publisherOf({ publisher }: ClientFacts, texts: ConsentTexts): Html {
  return publisher === null
    ? html`<strong>${texts.notVerified}</strong>`
    : html`${texts.publishedBy(html`<code>${publisher}</code>`)}`;
}

/** Any program of the device may listen on a port, or register a scheme for itself (RFC 8252, sections 7.1 and 8.6). */
function warningOf(redirectUri: string, texts: ConsentTexts): Html {
  if (redirectUri.startsWith('https:')) return html``;
  const text = isLoopbackRedirect(redirectUri) ? texts.loopback : texts.application;
  return html`<p class="note bad" role="note">${text}</p>`;
}

function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}
