import { contrastRatio, textColorOn } from './contrast.js';

/** Background of the card, and the button's border color if the brand color is too close to it. Same values as in `style.ts`. */
const CARD_BACKGROUNDS = { light: '#ffffff', dark: '#1d2026' };
const FALLBACK_BORDERS = { light: '#6b7482', dark: '#929baa' };

/** Minimum contrast of user interface components (WCAG 2.2, 1.4.11). */
const MIN_COMPONENT_CONTRAST = 3;

/**
 * Returns the CSS for a tenant's brand color.
 *
 * @param accent `#rrggbb`
 */
export function brandStyle(accent: string): string {
  const border = (scheme: 'light' | 'dark') =>
    contrastRatio(accent, CARD_BACKGROUNDS[scheme]) >= MIN_COMPONENT_CONTRAST ? accent : FALLBACK_BORDERS[scheme];
  const dark = `@media (prefers-color-scheme:dark){:root{--accent-edge:${border('dark')}}}`;
  const bothSchemes = '--accent:var(--brand);--on-accent:var(--on-brand)';
  return `:root{--brand:${accent};--on-brand:${textColorOn(accent)};${bothSchemes};--accent-edge:${border('light')}}${dark}`;
}
