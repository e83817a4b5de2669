import { Button, Skeleton } from '@mantine/core';
import { useSession } from '../shell/session';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { LoadMore } from '../ui/load-more';
import { PageTitle } from '../ui/page-title';
import { ChainChoice } from './chain-choice';
import { EventTable } from './event-table';
import { Filters } from './filters';
import { useEvents, useExport, useFilter, type Filter } from './queries';

/** Who did what, when, to what, from where: newest first. */
export default function AuditPage() {
  const session = useSession().data;
  const [filter, change] = useFilter();
  const isOperator = session?.role === 'operator';
  const chain = (isOperator ? filter.tenant_id : session?.tenant_id) ?? 'deployment';
  const exported = useExport(chain, isOperator ? filter.tenant_id : undefined);
  return (
    <>
      <PageTitle title="Audit" text="Who did what, when and from where. Each event is chained to the one before it.">
        <Button variant="default" loading={exported.isPending} onClick={() => exported.mutate()}>
          Export all events
        </Button>
      </PageTitle>
      {exported.error && <Failure error={exported.error} retry={() => exported.mutate()} />}
      {isOperator && <ChainChoice tenantId={filter.tenant_id} change={(tenantId) => change({ tenant_id: tenantId })} />}
      <Filters filter={filter} change={change} />
      <Events filter={isOperator ? filter : { ...filter, tenant_id: undefined }} />
    </>
  );
}

function Events({ filter }: { filter: Filter }) {
  const events = useEvents(filter);
  const { items, error, isPending, refetch } = events;
  const { tenant_id: _, ...own } = filter;
  if (isPending) return <Skeleton h={240} aria-label="Loading" />;
  if (!items) return <Failure error={error} retry={() => void refetch()} />;
  if (items.length === 0) {
    return (
      <Empty title="No event fits">
        {Object.keys(own).length > 0
          ? 'Ids are compared as a whole. Take a filter away to see more.'
          : 'Whatever somebody changes here, and each sign-in, leaves an event.'}
      </Empty>
    );
  }
  return (
    <>
      <EventTable events={items} />
      <LoadMore shown={items.length} pages={events} />
    </>
  );
}
