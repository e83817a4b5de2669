import { DASHES, ink, Mark } from './look';
import type { Scales } from './plot';
import type { Series } from './series';

/** A line for each series; it breaks where there was nothing to measure, and a value with nothing beside it is a mark. */
export function Lines({ series, scales }: { series: Series[]; scales: Scales }) {
  return series.map(({ name, colour, values }) => (
    <g key={name} stroke={ink(colour)} fill="none" strokeWidth={2} strokeLinejoin="round">
      {runs(values).map((run) =>
        run.length === 1 && run[0] ? (
          <Mark key={run[0].at} colour={colour} x={scales.x(run[0].at)} y={scales.y(run[0].value)} />
        ) : (
          <polyline
            key={run[0]?.at}
            points={run.map(({ at, value }) => `${scales.x(at)},${scales.y(value)}`).join(' ')}
            strokeDasharray={DASHES[colour]}
          />
        ),
      )}
    </g>
  ));
}

interface Dot {
  at: number;
  value: number;
}

/** Values that follow each other without a gap. */
function runs(values: (number | null)[]): Dot[][] {
  const found: Dot[][] = [];
  let isOpen = false;
  for (const [at, value] of values.entries()) {
    if (value !== null) {
      if (!isOpen) found.push([]);
      found.at(-1)?.push({ at, value });
    }
    isOpen = value !== null;
  }
  return found;
}
