import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { actionQueries } from '../queries/actions';
import type { SignIn } from '../queries/sign-ins';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { Empty } from '../ui/empty';
import { Facts } from '../ui/facts';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { RelativeTime } from '../ui/relative-time';
import { TraceDiagram } from './trace/trace-diagram';
import { TraceSummary, type SummaryTone } from './trace/trace-summary';
import { useLiveSignIn } from './use-live-sign-in';
import { isOpen } from './wait-for-sign-in';

/** A sign-in, step by step, while it runs and afterwards. */
export default function SignInPage() {
  const { signInId = '' } = useParams();
  const { signIn, trace } = useLiveSignIn(signInId);
  return (
    <>
      <Breadcrumbs links={[['Sign-ins', '/sign-ins']]} current={signIn.data?.user ?? 'Sign-in'} />
      <PageTitle title="Sign-in" />
      <Stack maw={1000}>
        <QueryView query={signIn} height={120}>
          {(data) => (
            <>
              <SignInFacts signIn={data} />
              <TraceSummary
                {...summaryOf(data)}
                diagnosis={trace.data?.diagnosis ?? null}
                code={trace.data?.diagnosis_code ?? null}
                error={data.error}
                action={data}
              />
            </>
          )}
        </QueryView>
        {signIn.data && (
          <QueryView query={trace} height={200}>
            {({ steps }) =>
              steps.length > 0 ? (
                <TraceDiagram steps={steps} />
              ) : (
                <Empty title="The steps are no longer stored">
                  Traces are deleted after some days. The setting TRACE_DAYS changes that.
                </Empty>
              )
            }
          </QueryView>
        )}
      </Stack>
    </>
  );
}

function SignInFacts({ signIn }: { signIn: SignIn }) {
  const { id, user, gpt_id: gptId, action_id: actionId, connection_id: connectionId } = signIn;
  const action = useQuery(actionQueries.detail(gptId, actionId)).data;
  return (
    <Facts
      facts={[
        ['User', user],
        [
          'Signs in to',
          <Anchor key="action" component={Link} href={`/gpts/${gptId}/actions/${actionId}`} inherit underline="always">
            {action?.domain ?? 'An action'}
          </Anchor>,
        ],
        ['Started', <RelativeTime key="started" at={signIn.created_at} />],
        ['Link expires', isOpen(signIn) && <RelativeTime key="expires" at={signIn.expires_at} />],
        [
          'Connection',
          connectionId && (
            <Anchor
              key="connection"
              component={Link}
              href={`/connections/${connectionId}/trace`}
              inherit
              underline="always"
            >
              Token refreshes
            </Anchor>
          ),
        ],
        [
          'Id',
          <span key="id" className="mono">
            {id}
          </span>,
        ],
      ]}
    />
  );
}

function summaryOf({ status, user }: SignIn): { title: string; tone: SummaryTone } {
  switch (status) {
    case 'pending':
      return { title: `In progress: waiting for ${user}`, tone: 'pending' };
    case 'awaiting_verification':
      return { title: 'In progress: waiting for your server to verify the user', tone: 'pending' };
    case 'connected':
      return { title: `Connected: ${user} is signed in`, tone: 'success' };
    case 'denied':
      return { title: 'Denied: the user declined to sign in', tone: 'neutral' };
    case 'failed':
      return { title: 'Failed: the user is not signed in', tone: 'error' };
    case 'expired':
      return { title: 'Expired: the sign-in was not completed in time', tone: 'neutral' };
  }
}
