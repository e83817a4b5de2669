import { Anchor, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { api, type Schema } from '../api/api';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { Diagram } from './trace/diagram';
import type { Trace } from './trace/picture';
import { Verdict } from './trace/verdict';

type Connection = Schema<'ConnectionDto'>;

const TITLES: Record<Connection['status'], { title: string; tone: 'good' | 'bad' | 'quiet' }> = {
  active: { title: 'Active: the token can be used', tone: 'good' },
  reconnect_required: { title: 'The user has to sign in again', tone: 'bad' },
  revoked: { title: 'Ended', tone: 'quiet' },
};

/** How a connection's token was renewed, and why not. */
export default function ConnectionTracePage() {
  const { connectionId = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['connections', connectionId, 'trace'],
    queryFn: async ({ signal }) => {
      const path = `/v1/connections/${connectionId}`;
      const [connection, trace] = await Promise.all([
        api.get<Connection>(path, signal),
        api.get<Trace>(`${path}/trace`, signal),
      ]);
      return { connection, trace };
    },
  });
  return (
    <>
      <PageTitle
        title="Renewals of a connection"
        text={data && `User ${data.connection.user}, ${data.connection.domain}`}
      />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!error && !data && <Skeleton h={320} />}
      {data && (
        <Stack maw={1000}>
          <Verdict
            {...TITLES[data.connection.status]}
            diagnosis={data.trace.diagnosis}
            code={data.trace.diagnosis_code}
          />
          {data.trace.steps.length > 0 ? (
            <Diagram steps={data.trace.steps} />
          ) : (
            <Paper withBorder p="xl">
              <Text>
                Its token was not renewed in the days for which traces are kept. How the user signed in, the{' '}
                <Anchor
                  component={Link}
                  href={`/sign-ins?user=${encodeURIComponent(data.connection.user)}`}
                  underline="always"
                >
                  sign-ins of this user
                </Anchor>{' '}
                show.
              </Text>
            </Paper>
          )}
        </Stack>
      )}
    </>
  );
}
