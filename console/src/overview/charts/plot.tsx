import { useElementSize } from '@mantine/hooks';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Bars } from './bars';
import { Lines } from './lines';
import { intervalName, timeTicks, valueTicks, type Scales } from './scale';
import type { ChartData, ChartKind } from './series';
import { Tooltip } from './tooltip';

const HEIGHT = 190;
const MARGIN = { top: 8, right: 8, bottom: 24, left: 52 };

/** The minimum distance between the labels of the time axis. */
const MIN_TICK_DISTANCE = 56;

interface PlotProps {
  id: string;
  kind: ChartKind;
  data: ChartData;
}

/**
 * The drawing, with a cursor that follows the pointer and the arrow keys. Screen readers get a slider over the intervals, which reads out the
 * values of each; the table has them all.
 */
export function Plot({ id, kind, data }: PlotProps) {
  const { points, stepMinutes, series, format, title } = data;
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const { scales, ticks } = layout(kind, data, width);
  const last = points.length - 1;
  const current = at === undefined ? undefined : Math.min(at, last);
  const describe = (index: number) =>
    [
      intervalName(points[index]?.at ?? '', stepMinutes),
      ...series.map(({ name, values }) => `${name} ${formatValue(values[index], format)}`),
    ].join(', ');
  const moveToPointer = ({ clientX, currentTarget }: PointerEvent) => {
    const offset = clientX - currentTarget.getBoundingClientRect().left - MARGIN.left;
    setAt(Math.max(0, Math.min(last, Math.floor(offset / scales.band))));
  };
  const moveByKey = (event: KeyboardEvent) => {
    const next = { ArrowLeft: (at ?? last + 1) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') setAt(undefined);
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(last, next)));
  };
  return (
    <div
      ref={ref}
      className="chart-plot"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an input cannot contain the drawing
      role="slider"
      tabIndex={0}
      aria-label={`${title} over time`}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={current ?? last}
      aria-valuetext={describe(current ?? last)}
      onPointerMove={moveToPointer}
      onPointerDown={moveToPointer}
      onPointerLeave={() => setAt(undefined)}
      onBlur={() => setAt(undefined)}
      onKeyDown={moveByKey}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          <Axes ticks={ticks} data={data} width={width} scales={scales} />
          {current !== undefined && (
            <rect
              className="chart-cursor"
              width={scales.band}
              height={HEIGHT - MARGIN.top - MARGIN.bottom}
              style={{ transform: `translateX(${scales.band * current}px)` }}
            />
          )}
          {kind === 'bars' ? (
            <Bars id={id} series={series} scales={scales} />
          ) : (
            <Lines series={series} scales={scales} />
          )}
        </g>
      </svg>
      {current !== undefined && (
        <Tooltip id={id} kind={kind} data={data} at={current} x={MARGIN.left + scales.x(current)} width={width} />
      )}
    </div>
  );
}

function formatValue(value: number | null | undefined, format: ChartData['format']): string {
  return value === null || value === undefined ? 'none' : format(value);
}

function layout(kind: ChartKind, { series, points }: ChartData, width: number): { scales: Scales; ticks: number[] } {
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  const band = inner / Math.max(1, points.length);
  const ticks = valueTicks(highest(kind, series), 4, kind === 'bars');
  const top = ticks.at(-1) ?? 1;
  return { scales: { x: (index) => (index + 0.5) * band, y: (value) => height * (1 - value / top), band }, ticks };
}

function highest(kind: ChartKind, series: ChartData['series']): number {
  if (kind === 'lines') return Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const count = series[0]?.values.length ?? 0;
  const sums = Array.from({ length: count }, (_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  return Math.max(0, ...sums);
}

function Axes({ ticks, data, width, scales }: { ticks: number[]; data: ChartData; width: number; scales: Scales }) {
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const since = Date.parse(data.points[0]?.at ?? '');
  const length = data.points.length * data.stepMinutes * 60_000;
  const times = Number.isNaN(since) ? [] : timeTicks(since, since + length, Math.max(2, inner / MIN_TICK_DISTANCE));
  return (
    <>
      {ticks.map((value) => (
        <g key={value} transform={`translate(0 ${scales.y(value)})`}>
          <line x2={inner} className="chart-grid" />
          <text x={-8} dy="0.32em" textAnchor="end" className="chart-tick">
            {data.format(value)}
          </text>
        </g>
      ))}
      {times.map(({ at, label }) => (
        <g key={at} transform={`translate(${((at - since) / length) * inner} ${scales.y(0)})`}>
          <line y2={4} className="chart-grid" />
          <text y={16} textAnchor="middle" className="chart-tick">
            {label}
          </text>
        </g>
      ))}
    </>
  );
}
