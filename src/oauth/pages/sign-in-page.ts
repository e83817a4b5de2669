import { html, type Html } from './html.js';
import { page } from './layout.js';

/** What a user is told before they leave for the provider, and asked where there is none. */
export interface SignInPage {
  gptName: string;
  tenantName: string;
  domain: string;
  user: string;
  explanation: string;
  scopes: string[];
  prompts: { name: string; label: string; isSecret: boolean; isRequired: boolean }[];
  /** What was wrong with the last try. */
  problem?: string;
  /** Where the form is sent. */
  action: string;
}

/** The page behind the link: which GPT, which domain, which scopes, for whom, and one button. */
export function signInPage(page_: SignInPage): string {
  const { gptName, tenantName, domain, user, explanation, scopes, prompts, problem, action } = page_;
  const asked = scopes.length > 0 ? fact('It asks for', scopeList(scopes)) : html``;
  return page(
    `Sign in to ${domain}`,
    html`<h1>Sign in to ${domain}</h1>
<p><strong>${gptName}</strong> would like to use <strong>${domain}</strong> with your account there. ${explanation}</p>
<dl>
${fact('Assistant', html`${gptName}`)}
${fact('From', html`${tenantName}`)}
${fact('Your account will be used for', html`<code>${user}</code>`)}
${asked}
</dl>
${problem === undefined ? html`` : html`<p class="bad" role="alert">${problem}</p>`}
<form method="post" action="${action}">${all(prompts.map(field))}<button type="submit">Sign in to ${domain}</button></form>
<small>Go on only if that is you, and you asked for this: whoever it is for will act with your account. Else close this page. Nothing has been connected.</small>`,
  );
}

function field({ name, label, isSecret, isRequired }: SignInPage['prompts'][number]): Html {
  const type = isSecret ? 'password' : 'text';
  const required = isRequired ? html`required ` : html``;
  return html`<label>${label}<input name="${name}" type="${type}" ${required}autocomplete="off" spellcheck="false" maxlength="8192"></label>`;
}

function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

function scopeList(scopes: string[]): Html {
  const items = scopes.map((scope) => html`<li><code>${scope}</code></li>`);
  return html`<ul>${all(items)}</ul>`;
}

function all(parts: Html[]): Html {
  return parts.reduce((before, part) => html`${before}${part}`, html``);
}
