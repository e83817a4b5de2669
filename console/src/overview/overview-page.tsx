import { SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { When } from '../ui/when';
import { ChartList } from './chart-list';
import { Figures } from './figures';
import { isNothing } from './numbers';
import { RANGES, useStatistics, type Range } from './queries';

/** What happens, at a glance. */
export default function OverviewPage() {
  const [range, setRange] = useRange();
  const { data, error, isPending, refetch, dataUpdatedAt, isPlaceholderData } = useStatistics(range);
  return (
    <>
      <PageTitle title="Overview" text={<Updated at={dataUpdatedAt} />}>
        <SegmentedControl
          aria-label="Time shown"
          data={RANGES.map(({ value, label }) => ({ value, label }))}
          value={range.value}
          onChange={setRange}
          size="xs"
        />
      </PageTitle>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && (
        <div aria-busy={isPlaceholderData}>
          <Figures total={data.total} />
          {isNothing(data.total) ? <NothingYet range={range} /> : <ChartList statistics={data} />}
        </div>
      )}
    </>
  );
}

/** The range stands in the address, so that it outlives a reload and can be shared. */
function useRange(): [Range, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const range = RANGES.find(({ value }) => value === search.get('range')) ?? RANGES[1];
  return [range, (value) => setSearch({ range: value }, { replace: true })];
}

function Updated({ at }: { at: number }) {
  if (at === 0) return 'Calls, their errors and times, sign-ins and refreshes.';
  return (
    <>
      Read <When at={new Date(at).toISOString()} />, and again every 30 seconds.
    </>
  );
}

function NothingYet({ range }: { range: Range }) {
  return (
    <Empty title={`Nothing has happened in the last ${range.label.replace('1 ', '')}`}>
      Once your runtime calls a GPT&apos;s operations, charts here show the calls and how they ended, how long they
      took, who signed in, and how tokens were refreshed. Counts are kept for 31 days.
    </Empty>
  );
}

function Waiting() {
  return (
    <Stack component="output" aria-label="Loading">
      <Skeleton h={72} />
      <Skeleton h={280} />
      <Text size="sm" c="dimmed">
        Reading what was counted …
      </Text>
    </Stack>
  );
}
