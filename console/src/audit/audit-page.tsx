import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useUrlFilter } from '../navigation/use-url-filter';
import { auditQueries, useExportAuditEvents, type AuditFilter } from '../queries/audit-events';
import { useSession } from '../queries/session';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { LoadMore } from '../ui/load-more';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { AuditFilters } from './audit-filters';
import { ChainSelect } from './chain-select';
import { EventTable } from './event-table';

const FILTER_FIELDS = ['type', 'actor', 'target_id', 'since', 'until', 'tenant_id'] as const;

/** The audit log, newest events first. */
export default function AuditPage() {
  const session = useSession();
  const [{ tenant_id: tenantId, ...filter }, change] = useUrlFilter(FILTER_FIELDS);
  const isOperator = session?.role === 'operator';
  const chosenTenant = isOperator ? tenantId : undefined;
  const chain = chosenTenant ?? session?.tenant_id ?? 'deployment';
  const download = useExportAuditEvents();
  const exportAll = () =>
    download.mutate(chosenTenant, { onSuccess: (events) => saveFile(events, `audit-${chain}.jsonl`) });
  return (
    <>
      <PageTitle
        title="Audit"
        description="Who changed what, when and from where. Each event is chained to the one before it."
      >
        <Button variant="default" loading={download.isPending} onClick={exportAll}>
          Export all events
        </Button>
      </PageTitle>
      {download.error && <Failure error={download.error} retry={exportAll} />}
      {isOperator && <ChainSelect tenantId={tenantId} change={(next) => change({ tenant_id: next })} />}
      <AuditFilters filter={filter} change={change} />
      <Events filter={{ ...filter, tenant_id: chosenTenant }} isFiltered={Object.keys(filter).length > 0} />
    </>
  );
}

function Events({ filter, isFiltered }: { filter: AuditFilter; isFiltered: boolean }) {
  const events = useInfiniteQuery(auditQueries.list(filter));
  return (
    <QueryView query={events} height={240}>
      {(items) =>
        items.length === 0 ? (
          <Empty title="No events found">
            {isFiltered
              ? 'Ids must match completely. Remove a filter to see more events.'
              : 'Every change and every sign-in is recorded here.'}
          </Empty>
        ) : (
          <>
            <EventTable events={items} />
            <LoadMore shown={items.length} query={events} />
          </>
        )
      }
    </QueryView>
  );
}

function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Revoking it at once would abort the download.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
