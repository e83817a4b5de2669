import { createHash } from 'node:crypto';
import { html, Html } from './html.js';

const STYLE = `
:root{color-scheme:light dark;--paper:#f4f5f7;--card:#fff;--ink:#1a1d23;--quiet:#5a6270;--line:#dfe3e8;--accent:#1f5fd6;--on-accent:#fff;--ok:#167a45;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1d2026;--ink:#eceef2;--quiet:#a3abb8;--line:#343a44;--accent:#7fa8ff;--on-accent:#0d1526;--ok:#63d297;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:24px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:440px;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:32px}
h1{margin:0 0 8px;font-size:1.375rem;line-height:1.3;overflow-wrap:anywhere}
p{margin:0 0 16px;color:var(--quiet);overflow-wrap:anywhere}
strong{color:var(--ink)}
dl{margin:24px 0;border-top:1px solid var(--line)}
dl div{padding:12px 0;border-bottom:1px solid var(--line)}
dt{font-size:.8125rem;color:var(--quiet)}
dd{margin:2px 0 0;overflow-wrap:anywhere}
ul{margin:4px 0 0;padding:0;list-style:none}
code{font:.875rem/1.4 ui-monospace,SFMono-Regular,Menlo,monospace}
label{display:block;margin:0 0 16px;font-size:.875rem;font-weight:600}
input{display:block;width:100%;min-height:44px;margin:6px 0 0;padding:10px 12px;border:1px solid var(--line);border-radius:10px;background:var(--paper);color:var(--ink);font:inherit}
button{width:100%;min-height:48px;padding:12px 20px;border:0;border-radius:10px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(1.08)}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.mark{display:flex;width:44px;height:44px;margin:0 0 16px;border-radius:50%;align-items:center;justify-content:center;font-size:1.375rem;border:2px solid currentColor}
.ok{color:var(--ok)}.bad,p.bad{color:var(--bad)}
small{display:block;margin-top:16px;color:var(--quiet)}
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** A page of its own: no script, nothing from elsewhere. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`.text;
}

/**
 * What every page and the callback answer with (SECURITY C16): the code and the ticket in the address go to no other site, no
 * cache and no frame.
 *
 * `form-action` counts for every redirect that follows the form, and providers send browsers from host to host: https must do.
 *
 * @param formTarget an origin besides https ones to which the page's form leads in the end
 */
export function pageHeaders(formTarget = ''): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
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
