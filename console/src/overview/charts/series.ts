/** One of the quantities that a chart shows. */
export interface Series {
  name: string;
  colour: Colour;
  /** Of each point, in their order; nothing where there was nothing to measure. */
  values: (number | null)[];
  /** Of the whole range: a percentile of it is no sum. */
  total: number | null;
}

/** Each has a pattern, a dash and a shape of its own too (look.tsx): colour is never the only sign. */
export type Colour = 'blue' | 'teal' | 'amber' | 'red' | 'violet';

/** What a chart is about. */
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
