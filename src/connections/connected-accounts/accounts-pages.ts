import { html, joined, type Html, page, type Look, type Page, ago, day, textsOf } from '../../pages/index.js';
import { MOST_SHOWN, type Account } from './accounts.js';

type Own = Required<Look>;

/** What a browser sees that has not opened the link yet: who only looks ahead, such as a chat's preview of links, does not press. */
export function openingPage(look: Own, path: string, user: string): Page {
  const { open } = textsOf(look.language).accounts;
  const body = html`<h1>${open.title}</h1>
<p>${open.text(html`<strong>${look.brand.name}</strong>`)}</p>
<dl><div><dt>${open.user}</dt><dd><code>${user}</code></dd></div></dl>
<form method="post" action="${path}"><button class="main" type="submit">${open.button}</button></form>
<small>${open.caution}</small>`;
  return page({ ...look, title: open.title, body, isLasting: true });
}

interface AccountsPage {
  path: string;
  accounts: Account[];
  isMore: boolean;
  /** What came of the last thing that was done here. */
  told?: string;
  now: Date;
}

/** What is connected to which GPT, with a way to disconnect each. */
export function accountsPage(look: Own, { path, accounts, isMore, told, now }: AccountsPage): Page {
  const texts = textsOf(look.language).accounts;
  const intro =
    accounts.length === 0
      ? html`<p><strong>${texts.none.title}.</strong> ${texts.none.text}</p>`
      : html`<p>${texts.intro(accounts.length, look.brand.name)}</p>`;
  const body = html`<h1>${texts.title}</h1>
${told === undefined ? html`` : html`<p class="note ok" role="status">${told}</p>`}
${isMore ? html`<p>${texts.more(MOST_SHOWN)}</p>` : intro}
${joined(accounts.map((account) => section(look, path, account, now)))}
<div class="row"><form method="post" action="${path}/done"><button class="plain" type="submit">${texts.done}</button></form></div>`;
  return page({ ...look, title: texts.title, body, isLasting: true, isWide: true });
}

function section(look: Own, path: string, account: Account, now: Date): Html {
  const texts = textsOf(look.language).accounts;
  const { id, domain, gptName, status, connectedAt, lastUsedAt } = account;
  const mark = status === 'active' ? '✓' : '!';
  const used = lastUsedAt ? ago(look.language, lastUsedAt, now, texts.justNow) : html`${texts.neverUsed}`;
  const name = texts.disconnectWhich(domain, gptName);
  return html`<section class="account" aria-labelledby="${id}">
<div class="head"><div><h2 id="${id}">${domain}</h2><p>${gptName}</p></div>
<a class="button plain" href="${path}/${id}" aria-label="${`${texts.disconnect}: ${name}`}">${texts.disconnect}</a></div>
<dl>
<div><dt>${texts.statusLabel}</dt><dd><span aria-hidden="true">${mark}</span> ${texts.status[status]}</dd></div>
<div><dt>${texts.since}</dt><dd>${day(look.language, connectedAt)}</dd></div>
<div><dt>${texts.lastUsed}</dt><dd>${used}</dd></div>
</dl>
${status === 'active' ? html`` : html`<p>${texts.reconnect}</p>`}
</section>`;
}

/** Asks before a connection is ended. */
export function askingPage(look: Own, path: string, { id, domain, gptName }: Account): Page {
  const { ask } = textsOf(look.language).accounts;
  const title = ask.title(domain);
  const body = html`<h1>${title}</h1>
<p>${ask.text(html`<strong>${gptName}</strong>`, html`<strong>${domain}</strong>`)}</p>
<div class="row">
<form method="post" action="${path}/${id}"><button class="danger" type="submit">${ask.button}</button></form>
<a class="button plain" href="${path}">${ask.keep}</a>
</div>`;
  return page({ ...look, title, body, isLasting: true });
}
