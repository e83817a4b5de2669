import { Button, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from 'wouter';
import { proceed } from '../navigation/history';
import { gptQueries, useDeleteGpt, type Gpt } from '../queries/gpts';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { GptActions } from './gpt-actions';
import { GptForm } from './gpt-form';

/** A GPT: its actions and settings. */
export default function GptPage() {
  const { gptId = '' } = useParams();
  const gpt = useQuery(gptQueries.detail(gptId));
  const title = gpt.data?.name ?? 'GPT';
  return (
    <>
      <Breadcrumbs links={[['GPTs', '/gpts']]} current={title} />
      <PageTitle title={title} description={<span className="mono">{gptId}</span>}>
        <Button component={Link} href={`/gpts/${gptId}/preview`}>
          Preview
        </Button>
        <Button component={Link} href={`/gpts/${gptId}/mcp`} variant="default">
          MCP
        </Button>
        {gpt.data && <DeleteGpt gpt={gpt.data} />}
      </PageTitle>
      <QueryView query={gpt} height={320}>
        {(data) => (
          <Stack gap="xl" maw={960}>
            <GptActions gptId={gptId} />
            <section aria-labelledby="gpt-title">
              <Title order={2} size="h3" id="gpt-title" mb="sm">
                Settings
              </Title>
              <GptForm gpt={data} />
            </section>
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function DeleteGpt({ gpt }: { gpt: Gpt }) {
  const [, navigate] = useLocation();
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useDeleteGpt(gpt.id);
  const confirm = async () => {
    await remove.mutateAsync();
    proceed(() => navigate('/gpts'));
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete GPT
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title="Delete this GPT?"
        action="Delete"
        typedName={gpt.name}
        confirm={confirm}
      >
        <Text>This deletes its actions and their secrets, and disconnects all of their users.</Text>
      </ConfirmDialog>
    </>
  );
}
