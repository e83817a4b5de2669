import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { connectionQueries, type Connection } from '../queries/connections';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { Empty } from '../ui/empty';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { TraceDiagram } from './trace/trace-diagram';
import { TraceSummary, type SummaryTone } from './trace/trace-summary';

const SUMMARIES: Record<Connection['status'], { title: string; tone: SummaryTone }> = {
  active: { title: 'Connected: the access token is valid', tone: 'success' },
  reconnect_required: { title: 'The user must sign in again', tone: 'error' },
  revoked: { title: 'Disconnected', tone: 'neutral' },
};

/** The token refreshes of a connection, step by step. */
export default function ConnectionTracePage() {
  const { connectionId = '' } = useParams();
  const query = useQuery(connectionQueries.trace(connectionId));
  const connection = query.data?.connection;
  return (
    <>
      <Breadcrumbs links={[['Connections', '/connections']]} current={connection?.user ?? 'Connection'} />
      <PageTitle title="Token refreshes" description={connection && `User ${connection.user}, ${connection.domain}`} />
      <QueryView query={query} height={320}>
        {({ connection: { user, status, ...action }, trace }) => (
          <Stack maw={1000}>
            <TraceSummary
              {...SUMMARIES[status]}
              diagnosis={trace.diagnosis}
              code={trace.diagnosis_code}
              action={action}
            />
            {trace.steps.length > 0 ? <TraceDiagram steps={trace.steps} /> : <NoRefreshes user={user} />}
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function NoRefreshes({ user }: { user: string }) {
  return (
    <Empty title="No token refreshes">
      The token was not refreshed in the days for which traces are stored. See also the{' '}
      <Anchor component={Link} href={`/sign-ins?user=${encodeURIComponent(user)}`} inherit underline="always">
        sign-ins of this user
      </Anchor>
      .
    </Empty>
  );
}
