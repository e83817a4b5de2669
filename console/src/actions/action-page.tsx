import { Button, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams } from 'wouter';
import { proceed } from '../navigation/history';
import { ToolsSection } from '../mcp-servers/tools-section';
import { actionQueries, useDeleteAction, type Action } from '../queries/actions';
import { gptQueries } from '../queries/gpts';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { ActionSummary } from './action-summary';
import { AuthenticationPanel } from './authentication-panel';
import { DocumentSection } from './document-section';
import { OperationsSection } from './operations-section';

/** An action: its server, authentication, operations, and document or tools. */
export default function ActionPage() {
  const { gptId = '', actionId = '' } = useParams();
  const gpt = useQuery(gptQueries.detail(gptId));
  const action = useQuery(actionQueries.detail(gptId, actionId));
  const title = action.data?.title ?? 'Action';
  return (
    <>
      <Breadcrumbs
        links={[
          ['GPTs', '/gpts'],
          [gpt.data?.name ?? 'GPT', `/gpts/${gptId}`],
        ]}
        current={title}
      />
      <PageTitle title={title} description={<span className="mono">{actionId}</span>}>
        {action.data && <DeleteAction action={action.data} />}
      </PageTitle>
      <QueryView query={action} height={480}>
        {(data) => <ActionSections action={data} />}
      </QueryView>
    </>
  );
}

function ActionSections({ action }: { action: Action }) {
  return (
    <Stack gap="xl" maw={1100}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <ActionSummary action={action} />
        <AuthenticationPanel action={action} />
      </SimpleGrid>
      <OperationsSection action={action} />
      {action.mcp_url === null ? (
        <section aria-labelledby="document-title">
          <Title order={2} size="h3" id="document-title" mb="sm">
            Document
          </Title>
          <DocumentSection gptId={action.gpt_id} actionId={action.id} />
        </section>
      ) : (
        <ToolsSection action={action} />
      )}
    </Stack>
  );
}

function DeleteAction({ action }: { action: Action }) {
  const [, navigate] = useLocation();
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useDeleteAction(action);
  const confirm = async () => {
    await remove.mutateAsync();
    proceed(() => navigate(`/gpts/${action.gpt_id}`));
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete action
      </Button>
      <ConfirmDialog opened={opened} onClose={close} title="Delete this action?" action="Delete" confirm={confirm}>
        <Text>
          This deletes <b>{action.title}</b> at <span className="mono">{action.domain}</span> with its secrets, and
          disconnects all of its users.
        </Text>
      </ConfirmDialog>
    </>
  );
}
