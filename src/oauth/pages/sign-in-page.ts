import { html, type Html } from './html.js';
import { page } from './layout.js';

/** What a user is told before they leave for the provider. */
export interface SignInPage {
  gptName: string;
  tenantName: string;
  domain: string;
  user: string;
  scopes: string[];
  /** Where the form is sent. */
  action: string;
}

/** The page behind the link: which GPT, which domain, which scopes, for whom, and one button. */
export function signInPage({ gptName, tenantName, domain, user, scopes, action }: SignInPage): string {
  const asked = scopes.length > 0 ? fact('It asks for', scopeList(scopes)) : html``;
  return page(
    `Sign in to ${domain}`,
    html`<h1>Sign in to ${domain}</h1>
<p><strong>${gptName}</strong> would like to use <strong>${domain}</strong> with your account there. You sign in at the provider; your password is never seen here.</p>
<dl>
${fact('Assistant', html`${gptName}`)}
${fact('From', html`${tenantName}`)}
${fact('For', html`<code>${user}</code>`)}
${asked}
</dl>
<form method="post" action="${action}"><button type="submit">Sign in to ${domain}</button></form>
<small>If you did not ask for this, or the account is not yours, close this page. Nothing has been connected.</small>`,
  );
}

function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

function scopeList(scopes: string[]): Html {
  const items = scopes.map((scope) => html`<li><code>${scope}</code></li>`);
  return html`<ul>${items.reduce((all, item) => html`${all}${item}`, html``)}</ul>`;
}
