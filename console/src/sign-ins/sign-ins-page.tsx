import { Anchor, Button, Code, Group, Paper, Skeleton, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { all, api, type Page, type Schema } from '../api/api';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { When } from '../ui/when';
import { Filters, filtersIn } from './filters';
import styles from './sign-ins.module.css';
import { SignInStatus } from './status';

type Listed = Schema<'ListedSignInDto'>;
type Gpt = Schema<'GptDto'>;

/** The sign-ins that are still kept, newest first; which of them, the address says. */
export default function SignInsPage() {
  const [parameters] = useSearchParams();
  const filters = filtersIn(parameters);
  const gpts = useQuery({ queryKey: ['gpts'], queryFn: ({ signal }) => all<Gpt>('/v1/gpts', signal) });
  const signIns = useInfiniteQuery({
    queryKey: ['sign-ins', 'list', filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ ...filters, limit: '50', ...(pageParam && { cursor: pageParam }) });
      return api.get<Page<Listed>>(`/v1/sign-ins?${query}`, signal);
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  const rows = signIns.data?.pages.flatMap(({ data }) => data);
  return (
    <>
      <PageTitle title="Sign-ins" text="How users signed in to an action's API, and why they did not.">
        <Button variant="default" loading={signIns.isRefetching} onClick={() => void signIns.refetch()}>
          Refresh
        </Button>
      </PageTitle>
      <Stack>
        <Filters gpts={gpts.data ?? []} />
        {signIns.error && <Failure error={signIns.error} retry={() => void signIns.refetch()} />}
        {signIns.isPending && <Skeleton h={200} />}
        {rows?.length === 0 && (
          <Paper withBorder p="xl">
            <Text>
              {Object.keys(filters).length > 0
                ? 'No sign-in is like that. Take a filter away.'
                : 'There is no sign-in yet. One begins when a GPT calls an operation for a user who is not signed in: try it in the preview of a GPT.'}
            </Text>
          </Paper>
        )}
        {rows && rows.length > 0 && <SignInTable rows={rows} gpts={gpts.data ?? []} />}
        {signIns.hasNextPage && (
          <Group>
            <Button variant="default" loading={signIns.isFetchingNextPage} onClick={() => void signIns.fetchNextPage()}>
              Show older ones
            </Button>
          </Group>
        )}
      </Stack>
    </>
  );
}

function SignInTable({ rows, gpts }: { rows: Listed[]; gpts: Gpt[] }) {
  const names = new Map(gpts.map(({ id, name }) => [id, name]));
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={800}>
        <Table verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {['User', 'How it stands', 'What is wrong', 'Signs in to', 'GPT', 'Begun'].map((title) => (
                <Table.Th key={title}>{title}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td>
                  <Anchor component={Link} href={`/sign-ins/${row.id}`} fw={600} inherit className={styles.user}>
                    <VisuallyHidden component="span">Sign-in of </VisuallyHidden>
                    {row.user}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <SignInStatus status={row.status} />
                </Table.Td>
                <Table.Td>{wrongWith(row)}</Table.Td>
                <Table.Td>{row.domain}</Table.Td>
                <Table.Td>
                  <Anchor component={Link} href={`/gpts/${row.gpt_id}`} inherit>
                    {names.get(row.gpt_id) ?? row.gpt_id}
                  </Anchor>
                </Table.Td>
                <Table.Td className={styles.when}>
                  <When at={row.created_at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function wrongWith({ diagnosis_code, error }: Listed) {
  const code = diagnosis_code ?? error?.code;
  return code ? <Code>{code}</Code> : '–';
}
