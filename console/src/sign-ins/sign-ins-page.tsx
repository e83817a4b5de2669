import { Anchor, Button, Code, Table, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useUrlFilter } from '../navigation/use-url-filter';
import { gptQueries, type Gpt } from '../queries/gpts';
import { signInQueries, type ListedSignIn } from '../queries/sign-ins';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/empty';
import { LoadMore } from '../ui/load-more';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { RelativeTime } from '../ui/relative-time';
import { SignInFilters } from './sign-in-filters';
import { isStatus, SignInStatus } from './sign-in-status';
import styles from './sign-ins.module.css';

const FILTER_FIELDS = ['gpt_id', 'action_id', 'user', 'status'] as const;

/** The sign-ins that are still stored, newest first. */
export default function SignInsPage() {
  const [{ status, ...others }, change] = useUrlFilter(FILTER_FIELDS);
  const filter = isStatus(status) ? { ...others, status } : others;
  const gpts = useQuery(gptQueries.list()).data ?? [];
  const signIns = useInfiniteQuery(signInQueries.list(filter));
  return (
    <>
      <PageTitle title="Sign-ins" description="How users signed in to an action’s API, and why sign-ins failed.">
        <Button variant="default" loading={signIns.isRefetching} onClick={() => void signIns.refetch()}>
          Refresh
        </Button>
      </PageTitle>
      <SignInFilters gpts={gpts} filter={filter} change={change} />
      <QueryView query={signIns} height={200}>
        {(items) =>
          items.length === 0 ? (
            <NoSignIns isFiltered={Object.keys(filter).length > 0} />
          ) : (
            <>
              <SignInTable signIns={items} gpts={gpts} />
              <LoadMore shown={items.length} query={signIns} />
            </>
          )
        }
      </QueryView>
    </>
  );
}

function NoSignIns({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <Empty title="No sign-ins found">Remove a filter to see more sign-ins.</Empty>;
  return (
    <Empty title="No sign-ins yet">
      A sign-in starts when a GPT calls an operation for a user who is not signed in. Try it in a GPT’s preview.
    </Empty>
  );
}

function SignInTable({ signIns, gpts }: { signIns: ListedSignIn[]; gpts: Gpt[] }) {
  const gptNames = new Map(gpts.map(({ id, name }) => [id, name]));
  return (
    <DataTable label="Sign-ins" minWidth={800} columns={['User', 'Status', 'Problem', 'Signs in to', 'GPT', 'Started']}>
      {signIns.map((signIn) => (
        <Table.Tr key={signIn.id}>
          <Table.Td>
            <Anchor component={Link} href={`/sign-ins/${signIn.id}`} fw={600} inherit className={styles.user}>
              <VisuallyHidden component="span">Sign-in of </VisuallyHidden>
              {signIn.user}
            </Anchor>
          </Table.Td>
          <Table.Td>
            <SignInStatus status={signIn.status} />
          </Table.Td>
          <Table.Td>
            <ProblemCode signIn={signIn} />
          </Table.Td>
          <Table.Td>{signIn.domain}</Table.Td>
          <Table.Td>
            <Anchor component={Link} href={`/gpts/${signIn.gpt_id}`} inherit>
              {gptNames.get(signIn.gpt_id) ?? signIn.gpt_id}
            </Anchor>
          </Table.Td>
          <Table.Td className="nowrap">
            <RelativeTime at={signIn.created_at} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function ProblemCode({ signIn: { diagnosis_code, error } }: { signIn: ListedSignIn }) {
  const code = diagnosis_code ?? error?.code;
  return code ? <Code>{code}</Code> : <>–</>;
}
