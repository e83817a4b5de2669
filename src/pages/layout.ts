import { createHash } from 'node:crypto';
import { brandStyle } from './markup/brand-style.js';
import { html, Html, joinHtml } from './markup/html.js';
import { STYLE } from './markup/style.js';
import { LANGUAGES, textsOf, type Language } from './texts/index.js';

/** A tenant's brand. */
export interface Brand {
  name: string;
  /** Image as a `data:` URL. */
  logo: string | null;
  /** `#rrggbb` */
  accentColor: string | null;
}

/** Language and brand of a page. */
export interface PageTheme {
  language: Language;
  /** `undefined` if the tenant is unknown. */
  brand?: Brand;
}

export interface Content extends PageTheme {
  title: string;
  body: Html;
  /** Whether the page links to its other languages. Not for pages whose URL works only once. */
  hasLanguageLinks?: boolean;
  isWide?: boolean;
  /** Origin that the page's form redirects to; needed for origins that are not https. */
  formTarget?: string;
}

/** A rendered page. */
export interface Page {
  headers: Record<string, string>;
  body: string;
}

/** Renders a page. It has no scripts and loads nothing from other origins. */
export function page({ language, brand, title, body, hasLanguageLinks, isWide, formTarget }: Content): Page {
  const styles = [STYLE, ...(brand?.accentColor ? [brandStyle(brand.accentColor)] : [])];
  const text = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${brand ? `${title} · ${brand.name}` : title}</title>
${joinHtml(styles.map((style) => html`<style>${new Html(style)}</style>`))}
</head>
<body${new Html(isWide ? ' class="wide"' : '')}>
${brand ? brandHeader(brand) : html``}
<main>
${body}
</main>
${hasLanguageLinks ? languageChoice(language) : html``}
</body>
</html>
`.text;
  const hasLogo = Boolean(brand?.logo);
  return { body: text, headers: { ...pageHeaders({ styles, hasLogo, formTarget }), 'content-language': language } };
}

function brandHeader({ name, logo }: Brand): Html {
  return html`<header>${logo ? html`<img src="${logo}" alt="">` : html``}<span>${name}</span></header>`;
}

function languageChoice(current: Language): Html {
  const items = LANGUAGES.map((language) => {
    const name = textsOf(language).languageName;
    return language === current
      ? html`<li><span lang="${language}" aria-current="true">${name}</span></li>`
      : html`<li><a href="?lang=${language}" lang="${language}" hreflang="${language}">${name}</a></li>`;
  });
  return html`<footer><nav aria-label="${textsOf(current).languages}"><ul>${joinHtml(items)}</ul></nav></footer>`;
}

interface Policy {
  styles?: string[];
  hasLogo?: boolean;
  formTarget?: string;
}

/**
 * Returns the headers of pages and of the callback (security rule C16). They keep the code and the ticket in the URL out of other sites,
 * caches and frames. The digests of the style elements allow each of them.
 *
 * `form-action` also applies to redirects after the form was sent. Providers redirect across hosts, so all https origins are allowed.
 */
export function pageHeaders({ styles = [], hasLogo = false, formTarget = '' }: Policy = {}): Record<string, string> {
  const policy = [
    "default-src 'none'",
    ...(styles.length > 0 ? [`style-src ${styles.map(hashSource).join(' ')}`] : []),
    ...(hasLogo ? ['img-src data:'] : []),
    `form-action 'self' https: ${formTarget}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

function hashSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
