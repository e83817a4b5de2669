import {
  html,
  joined,
  type Html,
  page,
  type Look,
  type Page,
  textsOf,
  type Explanation,
  type Mistake,
  type PromptName,
} from '../../pages/index.js';

/** Something that the page asks the user for. */
export interface Prompt {
  name: PromptName;
  isSecret: boolean;
  isRequired: boolean;
}

/** What a user is told before they leave for the provider, and asked where there is none. */
export interface SignInPage {
  gptName: string;
  tenantName: string;
  domain: string;
  user: string;
  explanation: Explanation;
  scopes: string[];
  prompts: Prompt[];
  /** What was wrong with the last try. */
  mistake?: Mistake;
  /** Where the form is sent. */
  action: string;
  formTarget?: string;
}

/** The page behind the link: which GPT, which domain, which scopes, for whom, and one button. */
export function signInPage(look: Look, content: SignInPage): Page {
  const { gptName, tenantName, domain, user, explanation, scopes, prompts, mistake, action, formTarget } = content;
  const texts = textsOf(look.language).signIn;
  const asked = scopes.length > 0 ? fact(texts.scopes(scopes.length), scopeList(scopes)) : html``;
  const title = texts.title(domain);
  const request = texts.request(html`<strong>${gptName}</strong>`, html`<strong>${domain}</strong>`);
  const problem =
    mistake === undefined ? html`` : html`<p class="note bad" role="alert" id="mistake">${texts.mistakes[mistake]}</p>`;
  const fields = prompts.map((prompt) => field(prompt, texts.prompts[prompt.name], mistake !== undefined));
  const body = html`<h1>${title}</h1>
<p>${request} ${texts.explanations[explanation]}</p>
<dl>
${fact(texts.assistant, html`${gptName}`)}
${fact(texts.from, html`${tenantName}`)}
${fact(texts.usedFor, html`<code>${user}</code>`)}
${asked}
</dl>
${problem}
<form method="post" action="${action}">${joined(fields)}<button class="main" type="submit">${texts.button(domain)}</button></form>
<small>${texts.caution}</small>`;
  return page({ ...look, title, body, isLasting: true, formTarget });
}

function field({ name, isSecret, isRequired }: Prompt, label: string, isMistaken: boolean): Html {
  const type = isSecret ? 'password' : 'text';
  const required = isRequired ? html`required ` : html``;
  const mistaken = isMistaken ? html`aria-invalid="true" aria-describedby="mistake" ` : html``;
  return html`<label>${label}<input name="${name}" type="${type}" ${required}${mistaken}autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="8192"></label>`;
}

function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

function scopeList(scopes: string[]): Html {
  return html`<ul>${joined(scopes.map((scope) => html`<li><code>${scope}</code></li>`))}</ul>`;
}
