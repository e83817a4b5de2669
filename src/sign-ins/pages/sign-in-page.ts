import {
  html,
  joinHtml,
  page,
  textsOf,
  type Explanation,
  type FormError,
  type Html,
  type Page,
  type PageTheme,
} from '../../pages/index.js';
import type { Prompt } from '../flow/sign-in-method.js';

/** Content of the sign-in page. */
export interface SignInPage {
  gptName: string;
  tenantName: string;
  domain: string;
  user: string;
  explanation: Explanation;
  scopes: string[];
  prompts: Prompt[];
  /** Error in the form that was submitted last. */
  formError?: FormError;
  /** URL that the form is sent to. */
  action: string;
  /** Origin that the form redirects to; needed for origins that are not https. */
  formTarget?: string;
}

/** Renders the sign-in page: GPT, tenant, domain, user, scopes, prompts and one button. */
export function signInPage(theme: PageTheme, content: SignInPage): Page {
  const { gptName, tenantName, domain, user, explanation, scopes, prompts, formError, action, formTarget } = content;
  const texts = textsOf(theme.language).signIn;
  const scopeFact = scopes.length > 0 ? fact(texts.scopes(scopes.length), scopeList(scopes)) : html``;
  const title = texts.title(domain);
  const request = texts.request(html`<strong>${gptName}</strong>`, html`<strong>${domain}</strong>`);
  const alert =
    formError === undefined
      ? html``
      : html`<p class="note bad" role="alert" id="form-error">${texts.formErrors[formError]}</p>`;
  const fields = prompts.map((prompt) => field(prompt, texts.prompts[prompt.name], formError !== undefined));
  const body = html`<h1>${title}</h1>
<p>${request} ${texts.explanations[explanation]}</p>
<dl>
${fact(texts.assistant, html`${gptName}`)}
${fact(texts.from, html`${tenantName}`)}
${fact(texts.usedFor, html`<code>${user}</code>`)}
${scopeFact}
</dl>
${alert}
<form method="post" action="${action}">${joinHtml(fields)}<button class="main" type="submit">${texts.button(domain)}</button></form>
<small>${texts.caution}</small>`;
  return page({ ...theme, title, body, hasLanguageLinks: true, formTarget });
}

function field({ name, isSecret, isRequired }: Prompt, label: string, isInvalid: boolean): Html {
  const type = isSecret ? 'password' : 'text';
  const required = isRequired ? html`required ` : html``;
  const invalid = isInvalid ? html`aria-invalid="true" aria-describedby="form-error" ` : html``;
  return html`<label>${label}<input name="${name}" type="${type}" ${required}${invalid}autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="8192"></label>`;
}

function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

function scopeList(scopes: string[]): Html {
  return html`<ul>${joinHtml(scopes.map((scope) => html`<li><code>${scope}</code></li>`))}</ul>`;
}
