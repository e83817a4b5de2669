import {
  dateElement,
  html,
  joinHtml,
  page,
  relativeTimeElement,
  textsOf,
  type Html,
  type Page,
  type PageTheme,
} from '../../pages/index.js';
import { MAX_SHOWN, type Account } from './accounts.js';

type TenantTheme = Required<PageTheme>;

/**
 * Renders the page of a link that no browser has opened yet. Its button opens the link, so that a link preview, which only sends a GET,
 * does not.
 */
export function openLinkPage(theme: TenantTheme, path: string, user: string): Page {
  const { open } = textsOf(theme.language).accounts;
  const body = html`<h1>${open.title}</h1>
<p>${open.text(html`<strong>${theme.brand.name}</strong>`)}</p>
<dl><div><dt>${open.user}</dt><dd><code>${user}</code></dd></div></dl>
<form method="post" action="${path}"><button class="main" type="submit">${open.button}</button></form>
<small>${open.caution}</small>`;
  return page({ ...theme, title: open.title, body, hasLanguageLinks: true });
}

interface AccountsPage {
  path: string;
  accounts: Account[];
  isMore: boolean;
  /** Result of the last disconnection. */
  message?: string;
  now: Date;
}

/** Renders the user's connections, each with a link to disconnect it. */
export function accountsPage(theme: TenantTheme, { path, accounts, isMore, message, now }: AccountsPage): Page {
  const texts = textsOf(theme.language).accounts;
  const intro =
    accounts.length === 0
      ? html`<p><strong>${texts.none.title}.</strong> ${texts.none.text}</p>`
      : html`<p>${texts.intro(accounts.length, theme.brand.name)}</p>`;
  const body = html`<h1>${texts.title}</h1>
${message === undefined ? html`` : html`<p class="note ok" role="status">${message}</p>`}
${isMore ? html`<p>${texts.more(MAX_SHOWN)}</p>` : intro}
${joinHtml(accounts.map((account) => accountSection(theme, path, account, now)))}
<div class="row"><form method="post" action="${path}/done"><button class="plain" type="submit">${texts.done}</button></form></div>`;
  return page({ ...theme, title: texts.title, body, hasLanguageLinks: true, isWide: true });
}

function accountSection(theme: TenantTheme, path: string, account: Account, now: Date): Html {
  const texts = textsOf(theme.language).accounts;
  const { id, domain, gptName, status, connectedAt, lastUsedAt } = account;
  const mark = status === 'active' ? '✓' : '!';
  const used = lastUsedAt
    ? relativeTimeElement(theme.language, lastUsedAt, now, texts.justNow)
    : html`${texts.neverUsed}`;
  const name = texts.disconnectWhich(domain, gptName);
  return html`<section class="account" aria-labelledby="${id}">
<div class="head"><div><h2 id="${id}">${domain}</h2><p>${gptName}</p></div>
<a class="button plain" href="${path}/${id}" aria-label="${`${texts.disconnect}: ${name}`}">${texts.disconnect}</a></div>
<dl>
<div><dt>${texts.statusLabel}</dt><dd><span aria-hidden="true">${mark}</span> ${texts.status[status]}</dd></div>
<div><dt>${texts.since}</dt><dd>${dateElement(theme.language, connectedAt)}</dd></div>
<div><dt>${texts.lastUsed}</dt><dd>${used}</dd></div>
</dl>
${status === 'active' ? html`` : html`<p>${texts.reconnect}</p>`}
</section>`;
}

/** Renders the page that asks for confirmation before a connection is ended. */
export function confirmDisconnectPage(theme: TenantTheme, path: string, { id, domain, gptName }: Account): Page {
  const { ask } = textsOf(theme.language).accounts;
  const title = ask.title(domain);
  const body = html`<h1>${title}</h1>
<p>${ask.text(html`<strong>${gptName}</strong>`, html`<strong>${domain}</strong>`)}</p>
<div class="row">
<form method="post" action="${path}/${id}"><button class="danger" type="submit">${ask.button}</button></form>
<a class="button plain" href="${path}">${ask.keep}</a>
</div>`;
  return page({ ...theme, title, body, hasLanguageLinks: true });
}
