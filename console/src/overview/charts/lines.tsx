import { DASHES, ink, Marker } from './patterns';
import type { Scales } from './scale';
import type { Series } from './series';

/** A line for each series, interrupted where nothing was measured. A value without neighbours is a marker. */
export function Lines({ series, scales }: { series: Series[]; scales: Scales }) {
  return series.map(({ name, colour, values }) => (
    <g key={name} stroke={ink(colour)} fill="none" strokeWidth={2} strokeLinejoin="round">
      {runs(values).map((run) =>
        run.length === 1 && run[0] ? (
          <Marker key={run[0].at} colour={colour} x={scales.x(run[0].at)} y={scales.y(run[0].value)} />
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

interface Point {
  at: number;
  value: number;
}

/** Splits values into runs without gaps. */
function runs(values: (number | null)[]): Point[][] {
  const found: Point[][] = [];
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
