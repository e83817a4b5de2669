import { Text } from '@mantine/core';
import { Sample, type Kind } from './legend';
import { intervalName } from './scale';
import type { ChartData } from './series';

interface TooltipProps {
  id: string;
  kind: Kind;
  data: ChartData;
  at: number;
  x: number;
  width: number;
}

/** What was counted in the interval under the cursor; on the side of it that has room. */
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
