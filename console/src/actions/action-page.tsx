import { Button, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api } from '../api/api';
import { gptKey, useGpt, type Action } from '../gpts/gpt-queries';
import { TestDrawer } from '../testing/test-drawer';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { Trail } from '../ui/trail';
import { withoutAsking } from '../ui/unsaved';
import { ActionDocument } from './action-document';
import { ActionFacts } from './action-facts';
import { actionPath, useAction } from './action-queries';
import { AuthenticationPanel } from './authentication-panel';
import { OperationTable, type Operation } from './operation-table';

/** One action: where it goes, how it authenticates, its document, and what can be called. */
export default function ActionPage() {
  const { gptId = '', actionId = '' } = useParams();
  const gpt = useGpt(gptId);
  const action = useAction(gptId, actionId);
  return (
    <>
      <Trail
        links={[
          ['GPTs', '/gpts'],
          [gpt.data?.name ?? 'GPT', `/gpts/${gptId}`],
        ]}
        here={action.data?.title ?? 'Action'}
      />
      <PageTitle title={action.data?.title ?? 'Action'} text={<span className="mono">{actionId}</span>}>
        {action.data && <DeleteAction action={action.data} />}
      </PageTitle>
      {action.error && <Failure error={action.error} retry={() => void action.refetch()} />}
      {action.isPending && <Skeleton h={480} />}
      {action.data && <ActionParts key={actionId} action={action.data} />}
    </>
  );
}

function ActionParts({ action }: { action: Action }) {
  const [tested, setTested] = useState<Operation>();
  const [isTesting, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="xl" maw={1100}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <ActionFacts action={action} />
        <AuthenticationPanel action={action} />
      </SimpleGrid>
      <section aria-labelledby="operations-title">
        <Title order={2} size="h3" id="operations-title" mb="sm">
          Operations
        </Title>
        <OperationTable
          operations={action.operations}
          onTest={(operation) => {
            setTested(operation);
            open();
          }}
        />
      </section>
      <section aria-labelledby="document-title">
        <Title order={2} size="h3" id="document-title" mb="sm">
          Document
        </Title>
        <ActionDocument gptId={action.gpt_id} actionId={action.id} />
      </section>
      {tested && (
        <TestDrawer key={tested.operation_id} action={action} operation={tested} opened={isTesting} onClose={close} />
      )}
    </Stack>
  );
}

function DeleteAction({ action }: { action: Action }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [opened, { open, close }] = useDisclosure(false);
  const deleteIt = async () => {
    await api.delete(actionPath(action.gpt_id, action.id));
    // Read again where it is shown next, not here, where there is nothing any more.
    await queries.invalidateQueries({ queryKey: gptKey(action.gpt_id), refetchType: 'none' });
    withoutAsking(() => go(`/gpts/${action.gpt_id}`));
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete this action
      </Button>
      <ConfirmDialog opened={opened} onClose={close} title="Delete this action?" action="Delete" confirm={deleteIt}>
        <Text>
          <b>{action.title}</b> at <span className="mono">{action.domain}</span> goes with its secrets, and everybody
          who is signed in to it is signed out.
        </Text>
      </ConfirmDialog>
    </>
  );
}
