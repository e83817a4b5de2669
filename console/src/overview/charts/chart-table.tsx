import { Table, Text } from '@mantine/core';
import { intervalName } from './scale';
import type { ChartData } from './series';

/** The chart as a table, newest interval first. Intervals without values are omitted. */
export function ChartTable({ data }: { data: ChartData }) {
  const { points, series, stepMinutes, format, title } = data;
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? '–' : format(value));
  const rows = points.map(({ at }, index) => ({ at, values: series.map(({ values }) => values[index]) }));
  const nonEmpty = rows.filter(({ values }) => values.some(Boolean)).toReversed();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scroll container must be reachable by keyboard
    <section className="chart-table" tabIndex={0} aria-label={`${title} as a table`}>
      <Table stickyHeader verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Time</Table.Th>
            {series.map(({ name }) => (
              <Table.Th key={name} scope="col" ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {nonEmpty.map(({ at, values }) => (
            <Table.Tr key={at}>
              <Table.Th scope="row" fw={400} style={{ whiteSpace: 'nowrap' }}>
                <time dateTime={at}>{intervalName(at, stepMinutes)}</time>
              </Table.Th>
              {values.map((value, index) => (
                <Table.Td key={series[index]?.name} ta="right">
                  {cell(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            {series.map(({ name, total }) => (
              <Table.Th key={name} ta="right">
                {cell(total)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Tfoot>
      </Table>
      {nonEmpty.length < points.length && (
        <Text size="xs" c="dimmed" p={8}>
          Intervals without values are omitted.
        </Text>
      )}
    </section>
  );
}
