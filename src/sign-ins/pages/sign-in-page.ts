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

type SignInTexts = ReturnType<typeof textsOf>['signIn'];

/** A scope that is requested, with what the document says about it. */
export interface DescribedScope {
  name: string;
  description?: string;
}

/** Content of the sign-in page. */
export interface SignInPage {
  gptName: string;
  tenantName: string;
  domain: string;
  user: string;
  explanation: Explanation;
  scopes: DescribedScope[];
  prompts: Prompt[];
  /** How users get the values of the prompts. */
  help?: { text?: string; url?: string };
  privacyPolicyUrl: string | null;
  /** Error in the form that was submitted last. */
  formError?: FormError;
  /** URL that the form is sent to. */
  action: string;
  /** Origin that the form redirects to; needed for origins that are not https. */
  formTarget?: string;
}

/** Renders the sign-in page: GPT, tenant, domain, user, scopes, privacy policy, prompts, a warning and one button. */
export function signInPage(theme: PageTheme, content: SignInPage): Page {
  const { gptName, domain, explanation, prompts, help, formError, action, formTarget } = content;
  const texts = textsOf(theme.language).signIn;
  const title = texts.title(domain);
  const request = texts.request(html`<strong>${gptName}</strong>`, html`<strong>${domain}</strong>`);
  const fields = prompts.map((prompt) => field(prompt, texts.prompts[prompt.name], formError !== undefined));
  const body = html`<h1>${title}</h1>
<p>${request} ${texts.explanations[explanation]}</p>
${facts(content, texts)}
${formError === undefined ? html`` : alert(texts.formErrors[formError])}
<form method="post" action="${action}">${helpLine(help, texts)}${joinHtml(fields)}<p class="caution">${texts.caution}</p>
<button class="main" type="submit">${texts.buttons[explanation](domain)}</button></form>`;
  return page({ ...theme, title, body, hasLanguageLinks: true, formTarget });
}

function facts({ gptName, tenantName, domain, user, scopes, privacyPolicyUrl }: SignInPage, texts: SignInTexts): Html {
  const privacy =
    privacyPolicyUrl === null ? html`` : html`<p>${link(privacyPolicyUrl, texts.privacyPolicy(domain))}</p>`;
  return html`<dl>
${fact(texts.assistant, html`${gptName}`)}
${fact(texts.from, html`${tenantName}`)}
${fact(texts.usedFor, html`<code>${user}</code>`)}
${scopes.length > 0 ? fact(texts.scopes(scopes.length), scopeList(scopes)) : html``}
</dl>
${privacy}`;
}

function alert(text: string): Html {
  return html`<p class="note bad" role="alert" id="form-error">${text}</p>`;
}

/** Says how users get their key, in the builder's words. */
function helpLine({ text, url }: { text?: string; url?: string } = {}, texts: SignInTexts): Html {
  if (text === undefined && url === undefined) return html``;
  const target = url === undefined ? html`` : link(url, texts.help(new URL(url).host));
  return html`<p class="help">${text} ${target}</p>`;
}

/** A link that opens a new tab, so that the sign-in stays open. */
function link(url: string, text: string): Html {
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${text}</a>`;
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

function scopeList(scopes: DescribedScope[]): Html {
  const items = scopes.map(({ name, description }) =>
    description === undefined
      ? html`<li><code>${name}</code></li>`
      : html`<li>${description}<br><code>${name}</code></li>`,
  );
  return html`<ul class="scopes">${joinHtml(items)}</ul>`;
}
