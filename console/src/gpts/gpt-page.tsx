import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '../api/api';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { Trail } from '../ui/trail';
import { withoutAsking } from '../ui/unsaved';
import { GptActions } from './gpt-actions';
import { GptForm } from './gpt-form';
import { useGpt, type Gpt } from './gpt-queries';

/** One GPT: what it is told, and what it can do. */
export default function GptPage() {
  const { gptId = '' } = useParams();
  const gpt = useGpt(gptId);
  return (
    <>
      <Trail links={[['GPTs', '/gpts']]} here={gpt.data?.name ?? 'GPT'} />
      <PageTitle title={gpt.data?.name ?? 'GPT'} text={<span className="mono">{gptId}</span>}>
        <Button component={Link} href={`/gpts/${gptId}/preview`}>
          Preview
        </Button>
        {gpt.data && <DeleteGpt gpt={gpt.data} />}
      </PageTitle>
      {gpt.error && <Failure error={gpt.error} retry={() => void gpt.refetch()} />}
      {gpt.isPending && <Skeleton h={320} />}
      {gpt.data && (
        <Stack gap="xl" maw={960}>
          <GptActions gptId={gptId} />
          <section aria-labelledby="gpt-title">
            <Title order={2} size="h3" id="gpt-title" mb="sm">
              Settings
            </Title>
            <GptForm key={gptId} gpt={gpt.data} />
          </section>
        </Stack>
      )}
    </>
  );
}

function DeleteGpt({ gpt }: { gpt: Gpt }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [opened, { open, close }] = useDisclosure(false);
  const deleteIt = async () => {
    await api.delete(`/v1/gpts/${gpt.id}`);
    withoutAsking(() => go('/gpts'));
    await queries.invalidateQueries({ queryKey: ['gpts'] });
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete this GPT
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title="Delete this GPT?"
        action="Delete"
        name={gpt.name}
        confirm={deleteIt}
      >
        <Text>Its actions go with it, with their secrets, and everybody who is signed in to them is signed out.</Text>
      </ConfirmDialog>
    </>
  );
}
