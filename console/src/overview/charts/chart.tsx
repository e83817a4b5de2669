import './charts.css';
import { Button, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import { ChartTable } from './chart-table';
import { Legend, type Kind } from './legend';
import { Plot } from './plot';
import { hasValues, type ChartData } from './series';

interface ChartProps {
  kind: Kind;
  data: ChartData;
  /** In its place where there is nothing to draw. */
  nothing: string;
  /** Takes the whole width of its grid. */
  isWide?: boolean;
}

/** A picture of quantities over time, or their table: whichever its reader wants. */
export function Chart({ kind, data, nothing, isWide = false }: ChartProps) {
  const id = useId();
  const [isTable, { toggle }] = useDisclosure(false);
  const isThere = hasValues(data);
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
          {isThere && (
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
        {!isThere && (
          <Center h={190}>
            <Text size="sm" c="dimmed">
              {nothing}
            </Text>
          </Center>
        )}
        {isThere && isTable && <ChartTable data={data} />}
        {isThere && !isTable && (
          <>
            <Legend id={id} kind={kind} series={data.series} />
            <Plot id={id} kind={kind} data={data} />
          </>
        )}
      </Stack>
    </Paper>
  );
}
