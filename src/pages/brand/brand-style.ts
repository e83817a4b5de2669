import { contrast, textOn } from './contrast.js';

/** As the pages' style has them: behind the button, and its outline where the button's colour would not be seen there. */
const CARDS = { light: '#ffffff', dark: '#1d2026' };
const EDGES = { light: '#6b7482', dark: '#929baa' };

/** What can be seen against what is behind it (WCAG 2.2, 1.4.11). */
const SEEN = 3;

/** The style that a tenant's colour makes. @param accent `#rrggbb` */
export function brandStyle(accent: string): string {
  const edge = (scheme: 'light' | 'dark') => (contrast(accent, CARDS[scheme]) >= SEEN ? accent : EDGES[scheme]);
  const dark = `@media (prefers-color-scheme:dark){:root{--accent-edge:${edge('dark')}}}`;
  const everywhere = '--accent:var(--brand);--on-accent:var(--on-brand)';
  return `:root{--brand:${accent};--on-brand:${textOn(accent)};${everywhere};--accent-edge:${edge('light')}}${dark}`;
}
