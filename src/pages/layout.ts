import { createHash } from 'node:crypto';
import { brandStyle } from './brand/brand-style.js';
import { html, Html, joined } from './html.js';
import { STYLE } from './style.js';
import { LANGUAGES, textsOf, type Language } from './texts/index.js';

/** Whose page it is. */
export interface Brand {
  name: string;
  /** A `data:` URL of an image. */
  logo: string | null;
  /** `#rrggbb` */
  accentColor: string | null;
}

/** In which language a page speaks, and for whom. */
export interface Look {
  language: Language;
  /** Where it is not known whose user it is, nobody's. */
  brand?: Brand;
}

export interface Content extends Look {
  title: string;
  body: Html;
  /** Whether it can be opened again in another language: not where its address was for one time. */
  isLasting?: boolean;
  isWide?: boolean;
  /** An origin besides https ones to which the page's form leads in the end. */
  formTarget?: string;
}

/** A page as a browser gets it. */
export interface Page {
  headers: Record<string, string>;
  body: string;
}

/** A page of its own: no script, nothing from elsewhere. */
export function page({ language, brand, title, body, isLasting, isWide, formTarget }: Content): Page {
  const styles = [STYLE, ...(brand?.accentColor ? [brandStyle(brand.accentColor)] : [])];
  const text = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${brand ? `${title} · ${brand.name}` : title}</title>
${joined(styles.map((style) => html`<style>${new Html(style)}</style>`))}
</head>
<body${new Html(isWide ? ' class="wide"' : '')}>
${brand ? brandHeader(brand) : html``}
<main>
${body}
</main>
${isLasting ? languageChoice(language) : html``}
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
  return html`<footer><nav aria-label="${textsOf(current).languages}"><ul>${joined(items)}</ul></nav></footer>`;
}

interface Policy {
  styles?: string[];
  hasLogo?: boolean;
  formTarget?: string;
}

/**
 * What every page and the callback answer with (SECURITY C16): the code and the ticket in the address go to no other site, no
 * cache and no frame. The style elements are allowed by their digests, one by one.
 *
 * `form-action` counts for every redirect that follows the form, and providers send browsers from host to host: https must do.
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
