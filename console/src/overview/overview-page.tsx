import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useUrlFilter } from '../navigation/use-url-filter';
import { LIVE, statisticsQueries } from '../queries/statistics';
import { Empty } from '../ui/empty';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { RelativeTime } from '../ui/relative-time';
import { ChartList } from './chart-list';
import { Figures } from './figures';
import { isEmpty } from './format';
import { RANGES, type Range } from './ranges';

const FILTER_FIELDS = ['range'] as const;

/** The tenant's calls, sign-ins and token refreshes. */
export default function OverviewPage() {
  const [{ range: value }, change] = useUrlFilter(FILTER_FIELDS);
  const range = RANGES.find((each) => each.value === value) ?? RANGES[1];
  const statistics = useQuery({ ...statisticsQueries.recent(range.hours), ...LIVE });
  return (
    <>
      <PageTitle title="Overview" description={<UpdatedAt at={statistics.dataUpdatedAt} />}>
        <SegmentedControl
          aria-label="Time range"
          data={RANGES.map((each) => ({ value: each.value, label: each.label }))}
          value={range.value}
          onChange={(next) => change({ range: next })}
          size="xs"
        />
      </PageTitle>
      <QueryView query={statistics} height={360}>
        {(data) => (
          <div aria-busy={statistics.isPlaceholderData}>
            <Figures total={data.total} />
            {isEmpty(data.total) ? <NoActivity range={range} /> : <ChartList statistics={data} />}
          </div>
        )}
      </QueryView>
    </>
  );
}

function UpdatedAt({ at }: { at: number }) {
  if (at === 0) return 'Calls, sign-ins and token refreshes.';
  return (
    <>
      Updated <RelativeTime at={new Date(at).toISOString()} />, refreshes every 30 seconds.
    </>
  );
}

function NoActivity({ range }: { range: Range }) {
  return (
    <Empty title={`No activity in the last ${range.label.replace('1 ', '')}`}>
      When your runtime calls the operations of a GPT, charts of calls, latency, sign-ins and token refreshes appear
      here. Statistics are kept for 31 days.
    </Empty>
  );
}
