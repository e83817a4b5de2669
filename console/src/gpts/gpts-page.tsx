import { Anchor, Button, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { gptQueries, type Gpt } from '../queries/gpts';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/empty';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { RelativeTime } from '../ui/relative-time';
import { CreateGptDialog } from './create-gpt-dialog';

/** The tenant's GPTs, newest first. */
export default function GptsPage() {
  const gpts = useQuery(gptQueries.list());
  const [isCreating, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageTitle title="GPTs" description="Each GPT has actions: APIs that its model can call.">
        <Button onClick={open}>Create a GPT</Button>
      </PageTitle>
      <QueryView query={gpts} height={160}>
        {(data) =>
          data.length === 0 ? (
            <Empty title="No GPTs yet">Create a GPT, then add an action to it.</Empty>
          ) : (
            <GptTable gpts={data.toReversed()} />
          )
        }
      </QueryView>
      <CreateGptDialog opened={isCreating} onClose={close} />
    </>
  );
}

function GptTable({ gpts }: { gpts: Gpt[] }) {
  return (
    <DataTable label="GPTs" minWidth={480} columns={['Name', 'Description', 'Created']}>
      {gpts.map(({ id, name, description, created_at }) => (
        <Table.Tr key={id}>
          <Table.Td>
            <Anchor component={Link} href={`/gpts/${id}`} fw={600}>
              {name}
            </Anchor>
          </Table.Td>
          <Table.Td>{description}</Table.Td>
          <Table.Td>
            <RelativeTime at={created_at} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
