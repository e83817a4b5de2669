const BLACK = '#000000';
const WHITE = '#ffffff';

/** Minimum contrast of text (WCAG 2.2, 1.4.3). */
const MIN_TEXT_CONTRAST = 4.5;

/**
 * Returns the contrast ratio of two colors, from 1 to 21 (WCAG 2.2, "contrast ratio").
 *
 * @param a `#rrggbb`, like `b`
 */
export function contrastRatio(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Returns the text color for a background: white if its contrast suffices, otherwise black. One of the two always does. */
export function textColorOn(background: string): string {
  return contrastRatio(WHITE, background) >= MIN_TEXT_CONTRAST ? WHITE : BLACK;
}

/** Returns the relative luminance of a color (WCAG 2.2, "relative luminance"). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
