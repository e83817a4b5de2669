import { fill } from './patterns';
import type { Scales } from './scale';
import type { Series } from './series';

const MIN_HEIGHT = 2;

/** A stacked bar for each interval, in the order of the legend. */
export function Bars({ id, series, scales }: { id: string; series: Series[]; scales: Scales }) {
  const count = series[0]?.values.length ?? 0;
  const width = Math.max(1, Math.min(scales.band - (scales.band > 4 ? 2 : 0.5), 28));
  return Array.from({ length: count }, (_, at) => {
    let below = 0;
    return series.map(({ name, colour, values }) => {
      const value = values[at] ?? 0;
      if (value === 0) return null;
      const bottom = scales.y(below);
      below += value;
      const top = scales.y(below);
      // A single failure among thousands of calls stays visible.
      const height = Math.max(MIN_HEIGHT, bottom - top - (bottom - top > 4 ? 1 : 0));
      return (
        <rect
          key={`${at} ${name}`}
          x={scales.x(at) - width / 2}
          y={Math.min(top, bottom - height)}
          width={width}
          height={height}
          fill={fill(id, colour)}
        />
      );
    });
  });
}
