/**
 * Style sheet of all pages. Sizes are in `rem` to follow the reader's text size. Text has a contrast of at least 4.5:1 in both color schemes.
 * `brand-style.ts` overrides `--accent` with a tenant's color.
 */
export const STYLE = `
:root{color-scheme:light dark;--paper:#f4f5f8;--card:#ffffff;--ink:#1a1d23;--quiet:#555e6c;--line:#dfe3ea;--edge:#7b8492;--accent:#2b4acb;--on-accent:#ffffff;--accent-edge:var(--accent);--ok:#16703f;--ok-back:#e6f4ec;--bad:#ad231b;--bad-back:#fbeae8}
@media (prefers-color-scheme:dark){:root{--paper:#131519;--card:#1d2026;--ink:#eceef2;--quiet:#a9b1be;--line:#343a45;--edge:#8a93a1;--accent:#8fa4f5;--on-accent:#0c1430;--ok:#6ad69c;--ok-back:#16301f;--bad:#ff9d94;--bad-back:#3a1d1b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:1rem;padding:1.5rem 1rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
header,main,footer{width:100%;max-width:28rem}
.wide header,.wide main,.wide footer{max-width:40rem}
header{display:flex;align-items:center;gap:.75rem;padding:0 .25rem;color:var(--ink);font-weight:600}
header img{display:block;max-width:min(12rem,60%);max-height:3rem;border-radius:.375rem}
main{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:2rem}
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.3;font-weight:650}
h2{margin:0;font-size:1.0625rem;line-height:1.35;font-weight:600}
p{margin:0 0 1rem;color:var(--quiet)}
p:last-child{margin-bottom:0}
strong{color:var(--ink);font-weight:600}
a{color:var(--ink);text-underline-offset:.2em}
dl{margin:1.5rem 0;border-top:1px solid var(--line)}
dl div{padding:.75rem 0;border-bottom:1px solid var(--line)}
dt{font-size:.875rem;color:var(--quiet)}
dd{margin:.125rem 0 0}
ul{margin:.25rem 0 0;padding:0;list-style:none}
li+li{margin-top:.5rem}
.scopes code{color:var(--quiet)}
code{font:.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
label{display:block;margin:0 0 1rem;font-size:.9375rem;font-weight:600}
input{display:block;width:100%;min-height:2.75rem;margin:.375rem 0 0;padding:.625rem .75rem;border:1px solid var(--edge);border-radius:.625rem;background:var(--card);color:var(--ink);font:inherit;font-weight:400}
input[aria-invalid]{border-color:var(--bad)}
button,.button{display:inline-block;min-height:2.75rem;padding:.625rem 1.25rem;border:1px solid var(--accent-edge);border-radius:.625rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{text-decoration:underline}
.main{width:100%;min-height:3rem}
.plain{background:none;border-color:var(--edge);color:var(--ink)}
.danger{background:var(--bad);border-color:var(--bad);color:var(--card)}
.row{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
.row form,.row .button{flex:1 1 9rem}
.row button{width:100%}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px;border-radius:.25rem}
button:focus-visible,.button:focus-visible,input:focus-visible{border-radius:.625rem}
.mark{display:flex;width:2.75rem;height:2.75rem;margin:0 0 1rem;border-radius:50%;align-items:center;justify-content:center}
.mark svg{width:1.5rem;height:1.5rem;fill:none;stroke:currentColor;stroke-width:2.25;stroke-linecap:round;stroke-linejoin:round}
.mark.ok{color:var(--ok);background:var(--ok-back)}
.mark.neutral{color:var(--quiet);background:var(--paper)}
.mark.bad{color:var(--bad);background:var(--bad-back)}
.note{margin:.75rem 0 1rem;padding:.75rem 1rem;border-radius:.625rem;font-weight:500}
.note.ok{color:var(--ok);background:var(--ok-back)}
.note.bad{color:var(--bad);background:var(--bad-back)}
.account{padding:1.25rem 0;border-top:1px solid var(--line)}
.account .head{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:flex-start;justify-content:space-between}
.account .head p{margin:0}
.account dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.75rem 0 0;border:0}
.account dl div{padding:0;border:0}
.account dl+p{margin:.75rem 0 0}
.help{margin:0 0 1rem}
.caution{margin:1.25rem 0;padding:.75rem 1rem;border:1px solid var(--edge);color:var(--ink);border-radius:.625rem;font-size:.875rem}
small{display:block;margin-top:1.25rem;font-size:.875rem;color:var(--quiet)}
footer{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0 .25rem;font-size:.875rem;color:var(--quiet)}
footer li{margin:0}
footer ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:0}
footer a,footer span{display:inline-block;min-height:1.75rem;padding:.125rem 0}
footer a{color:var(--quiet)}
footer span{color:var(--ink);font-weight:600}
@media (max-width:30rem){body{justify-content:flex-start}main{padding:1.5rem 1.25rem}}
@media (forced-colors:active){button,.button{border:1px solid}}
`;
