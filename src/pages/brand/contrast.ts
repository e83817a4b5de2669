const BLACK = '#000000';
const WHITE = '#ffffff';

/** What text needs against what is behind it (WCAG 2.2, 1.4.3). */
const TEXT = 4.5;

/** How far two colours are apart, from 1 to 21 (WCAG 2.2, "contrast ratio"). @param a `#rrggbb`, as `b` */
export function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The colour of text on a colour: white where that can be read, else black. One of the two always reaches 4.5 to 1. */
export function textOn(colour: string): string {
  return contrast(WHITE, colour) >= TEXT ? WHITE : BLACK;
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
