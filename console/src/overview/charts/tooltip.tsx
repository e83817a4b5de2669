import { Text } from '@mantine/core';
import { Sample } from './legend';
import { intervalName } from './scale';
import type { ChartData, ChartKind } from './series';

interface TooltipProps {
  id: string;
  kind: ChartKind;
  data: ChartData;
  at: number;
  x: number;
  width: number;
}

/** The values of the interval at the cursor, on the side with more space. */
export function Tooltip({ id, kind, data, at, x, width }: TooltipProps) {
  const { points, stepMinutes, series, format } = data;
  const isRight = x < width / 2;
  return (
    <div
      className="chart-tooltip"
      aria-hidden="true"
      style={{ transform: `translate(${x}px, 8px) translateX(${isRight ? '14px' : 'calc(-100% - 14px)'})` }}
    >
      <Text size="xs" fw={600}>
        {intervalName(points[at]?.at ?? '', stepMinutes)}
      </Text>
      <dl>
        {series.map((each) => {
          const value = each.values[at];
          return (
            <dt key={each.name}>
              <Sample id={id} kind={kind} series={each} />
              <span>{each.name}</span>
              <b>{value === null || value === undefined ? '–' : format(value)}</b>
            </dt>
          );
        })}
      </dl>
    </div>
  );
}
