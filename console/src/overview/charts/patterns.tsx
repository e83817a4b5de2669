import type { Colour } from './series';

/** The dashes of lines. */
export const DASHES: Record<Colour, string | undefined> = {
  blue: undefined,
  teal: '7 4',
  amber: '2 3',
  red: '10 3 2 3',
  violet: '4 2',
};

/** The markers of lines: a dot, a square, triangles and a diamond. */
const MARKERS: Record<Colour, string> = {
  blue: 'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0',
  teal: 'M-2.8 -2.8h5.6v5.6h-5.6z',
  amber: 'M0 -3.5L3.5 2.6h-7z',
  red: 'M0 -3.8L3.8 0L0 3.8L-3.8 0z',
  violet: 'M0 3.5L3.5 -2.6h-7z',
};

export function Marker({ colour, x, y }: { colour: Colour; x: number; y: number }) {
  return <path d={MARKERS[colour]} transform={`translate(${x} ${y})`} fill={ink(colour)} stroke="none" />;
}

export const ink = (colour: Colour) => `var(--chart-${colour})`;

/** The patterns of areas: blue is plain, the others are hatched. */
export function Patterns({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}-teal`} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={6} height={6} fill={ink('teal')} />
        <rect width={1.5} height={6} fill="var(--chart-gap)" />
      </pattern>
      <pattern id={`${id}-amber`} width={5} height={5} patternUnits="userSpaceOnUse">
        <rect width={5} height={5} fill={ink('amber')} />
        <circle cx={2.5} cy={2.5} r={1} fill="var(--chart-gap)" />
      </pattern>
      <pattern id={`${id}-red`} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect width={5} height={5} fill={ink('red')} />
        <rect width={1.5} height={5} fill="var(--chart-gap)" />
      </pattern>
      <pattern id={`${id}-violet`} width={4} height={4} patternUnits="userSpaceOnUse">
        <rect width={4} height={4} fill={ink('violet')} />
        <rect width={4} height={1.25} fill="var(--chart-gap)" />
      </pattern>
    </defs>
  );
}

export function fill(id: string, colour: Colour): string {
  return colour === 'blue' ? ink('blue') : `url(#${id}-${colour})`;
}
