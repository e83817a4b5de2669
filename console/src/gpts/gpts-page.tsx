import { Anchor, Button, Group, Modal, Paper, Skeleton, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { all, api, type Schema } from '../api/api';
import { fieldMistakes, messageOf } from '../api/problem';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { WideTable } from '../ui/wide-table';
import { When } from '../ui/when';

type Gpt = Schema<'GptDto'>;

/** The tenant's GPTs, newest first. */
export default function GptsPage() {
  const gpts = useQuery({ queryKey: ['gpts'], queryFn: ({ signal }) => all<Gpt>('/v1/gpts', signal) });
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageTitle title="GPTs" text="Each has actions: an OpenAPI document and how to authenticate to it.">
        <Button onClick={open}>Create a GPT</Button>
      </PageTitle>
      {gpts.error && <Failure error={gpts.error} retry={() => void gpts.refetch()} />}
      {gpts.isPending && <Skeleton h={160} />}
      {gpts.data?.length === 0 && (
        <Paper withBorder p="xl">
          <Text>There is no GPT yet. Create one, then give it an action.</Text>
        </Paper>
      )}
      {gpts.data && gpts.data.length > 0 && <GptTable gpts={gpts.data.toReversed()} />}
      <CreateGpt isOpen={isOpen} close={close} />
    </>
  );
}

function GptTable({ gpts }: { gpts: Gpt[] }) {
  return (
    <WideTable label="GPTs" minWidth={480}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Description</Table.Th>
          <Table.Th>Created</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {gpts.map(({ id, name, description, created_at }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor component={Link} href={`/gpts/${id}`} fw={600}>
                {name}
              </Anchor>
            </Table.Td>
            <Table.Td>{description}</Table.Td>
            <Table.Td>
              <When at={created_at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function CreateGpt({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [fields, setFields] = useState({ name: '', description: '' });
  const create = useMutation({
    mutationFn: () => api.post<Gpt>('/v1/gpts', { ...fields, description: fields.description || undefined }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['gpts'] });
      go(`/gpts/${id}`);
    },
  });
  const mistakes = fieldMistakes(create.error);
  return (
    <Modal opened={isOpen} onClose={close} title="Create a GPT">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            required
            maxLength={200}
            value={fields.name}
            error={mistakes['name'] ?? (create.error && messageOf(create.error))}
            onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })}
            data-autofocus
          />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            value={fields.description}
            error={mistakes['description']}
            onChange={(event) => setFields({ ...fields, description: event.currentTarget.value })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
