import type { Colour } from './series';

/** How lines are told apart without their colours. */
export const DASHES: Record<Colour, string | undefined> = {
  blue: undefined,
  teal: '7 4',
  amber: '2 3',
  red: '10 3 2 3',
  violet: '4 2',
};

export const ink = (colour: Colour) => `var(--chart-${colour})`;

/** How areas are told apart without their colours: one is plain, the others are hatched, each in its way. */
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
