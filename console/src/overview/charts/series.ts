/** One series of a chart. */
export interface Series {
  name: string;
  colour: Colour;
  /** One value per point; null if nothing was measured. */
  values: (number | null)[];
  /** The value of the whole range: percentiles cannot be summed. */
  total: number | null;
}

/** Each colour also has its own pattern, dash and marker (patterns.tsx), so that a series does not depend on colour. */
export type Colour = 'blue' | 'teal' | 'amber' | 'red' | 'violet';

export type ChartKind = 'bars' | 'lines';

export interface ChartData {
  title: string;
  series: Series[];
  points: { at: string }[];
  stepMinutes: number;
  format: (value: number) => string;
}

/** Whether there is anything to draw. */
export function hasValues({ series }: ChartData): boolean {
  return series.some(({ values }) => values.some((value) => value !== null && value > 0));
}
