import './charts.css';
import { Button, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import { ChartTable } from './chart-table';
import { Legend } from './legend';
import { Plot } from './plot';
import { hasValues, type ChartData, type ChartKind } from './series';

interface ChartProps {
  kind: ChartKind;
  data: ChartData;
  /** The text if there is nothing to draw. */
  emptyText: string;
  /** Spans all columns of the grid. */
  isWide?: boolean;
}

/** A chart of counts or durations over time, which can be switched to a table. */
export function Chart({ kind, data, emptyText, isWide = false }: ChartProps) {
  const id = useId();
  const [isTable, { toggle }] = useDisclosure(false);
  const isDrawable = hasValues(data);
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-labelledby={`${id}-title`}
      bg="var(--chart-paper)"
      className={isWide ? 'chart-wide' : undefined}
    >
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h5" id={`${id}-title`}>
            {data.title}
          </Title>
          {isDrawable && (
            <Button
              variant="subtle"
              size="compact-xs"
              flex="none"
              onClick={toggle}
              aria-label={`${isTable ? 'Show as chart' : 'Show as table'}: ${data.title}`}
            >
              {isTable ? 'Show as chart' : 'Show as table'}
            </Button>
          )}
        </Group>
        {!isDrawable && (
          <Center h={190}>
            <Text size="sm" c="dimmed">
              {emptyText}
            </Text>
          </Center>
        )}
        {isDrawable && isTable && <ChartTable data={data} />}
        {isDrawable && !isTable && (
          <>
            <Legend id={id} kind={kind} series={data.series} />
            <Plot id={id} kind={kind} data={data} />
          </>
        )}
      </Stack>
    </Paper>
  );
}
