import { Group, Text } from '@mantine/core';
import { DASHES, fill, ink, Marker, Patterns } from './patterns';
import type { ChartKind, Series } from './series';

interface SampleProps {
  id: string;
  kind: ChartKind;
  series: Pick<Series, 'colour'>;
}

/** A sample of a series: its colour with its pattern or marker. */
export function Sample({ id, kind, series: { colour } }: SampleProps) {
  return (
    <svg width={20} height={12} aria-hidden="true" style={{ flex: 'none' }}>
      {kind === 'bars' ? (
        <rect x={4} width={12} height={12} rx={2} fill={fill(id, colour)} />
      ) : (
        <>
          <line x2={20} y1={6} y2={6} stroke={ink(colour)} strokeWidth={2} strokeDasharray={DASHES[colour]} />
          <Marker colour={colour} x={10} y={6} />
        </>
      )}
    </svg>
  );
}

export function Legend({ id, kind, series }: { id: string; kind: ChartKind; series: Series[] }) {
  return (
    <Group gap="md" component="ul" p={0} m={0} aria-hidden="true">
      <svg width={0} height={0} style={{ position: 'absolute' }}>
        <Patterns id={id} />
      </svg>
      {series.map((each) => (
        <Group key={each.name} gap={6} wrap="nowrap" component="li" style={{ listStyle: 'none' }}>
          <Sample id={id} kind={kind} series={each} />
          <Text size="xs" c="dimmed">
            {each.name}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
