import { Anchor, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { api, type Schema } from '../api/api';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { When } from '../ui/when';
import { isOpen, type SignIn } from './sign-in';
import styles from './sign-ins.module.css';
import { Diagram } from './trace/diagram';
import { Verdict } from './trace/verdict';
import { useLiveSignIn } from './use-live-sign-in';

/** One sign-in from the link to its end, as it runs and afterwards. */
export default function SignInInspector() {
  const { signInId = '' } = useParams();
  const { signIn, trace } = useLiveSignIn(signInId);
  const error = signIn.error ?? trace.error;
  const retry = () => void Promise.all([signIn.refetch(), trace.refetch()]);
  return (
    <>
      <Anchor component={Link} href="/sign-ins" size="sm">
        All sign-ins
      </Anchor>
      <PageTitle title="Sign-in" text={signIn.data && <Facts signIn={signIn.data} />} />
      {error && <Failure error={error} retry={retry} />}
      {!error && !(signIn.data && trace.data) && <Skeleton h={320} />}
      {signIn.data && trace.data && (
        <Stack maw={1000}>
          <Verdict
            {...titleOf(signIn.data)}
            diagnosis={trace.data.diagnosis}
            code={trace.data.diagnosis_code}
            error={signIn.data.error}
          />
          {trace.data.steps.length > 0 ? <Diagram steps={trace.data.steps} /> : <NoSteps />}
        </Stack>
      )}
    </>
  );
}

function NoSteps() {
  return (
    <Paper withBorder p="xl">
      <Text>Its steps are no longer kept: traces are deleted after some days (TRACE_DAYS).</Text>
    </Paper>
  );
}

function Facts({ signIn: { id, user, gpt_id, action_id, created_at, expires_at, ...signIn } }: { signIn: SignIn }) {
  const action = useQuery({
    queryKey: ['gpts', gpt_id, 'actions', action_id],
    queryFn: ({ signal }) => api.get<Schema<'ActionDto'>>(`/v1/gpts/${gpt_id}/actions/${action_id}`, signal),
  });
  return (
    <span className={styles.facts}>
      <Fact name="User">{user}</Fact>
      <Fact name="Signs in to">
        <Anchor component={Link} href={`/gpts/${gpt_id}`} inherit underline="always">
          {action.data?.domain ?? 'an action'}
        </Anchor>
      </Fact>
      <Fact name="Begun">
        <When at={created_at} />
      </Fact>
      {isOpen(signIn) && (
        <Fact name="Link good until">
          <When at={expires_at} />
        </Fact>
      )}
      {signIn.connection_id && (
        <Fact name="Renewals">
          <Anchor component={Link} href={`/connections/${signIn.connection_id}/trace`} inherit underline="always">
            of its connection
          </Anchor>
        </Fact>
      )}
      <Fact name="Id">
        <span className="mono">{id}</span>
      </Fact>
    </span>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span>
      {name}:{' '}
      <Text component="span" inherit c="var(--mantine-color-text)">
        {children}
      </Text>
    </span>
  );
}

function titleOf({ status, user }: SignIn): { title: string; tone: 'good' | 'bad' | 'open' | 'quiet' } {
  switch (status) {
    case 'pending':
      return { title: `It runs: waiting for ${user}`, tone: 'open' };
    case 'awaiting_verification':
      return { title: 'It runs: waiting for your server to say whose account it is', tone: 'open' };
    case 'connected':
      return { title: `Connected: ${user} is signed in`, tone: 'good' };
    case 'denied':
      return { title: 'Denied: the user said no', tone: 'quiet' };
    case 'failed':
      return { title: 'Failed: nothing was connected', tone: 'bad' };
    case 'expired':
      return { title: 'Expired: it was not finished in time', tone: 'quiet' };
  }
}
