import { Anchor, Paper, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link, useParams, useSearchParams } from 'wouter';
import { api, type Schema } from '../api/api';
import { endOf } from '../sign-ins/sign-in';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { AllowedList } from './allowed-list';
import { useAlwaysAllowed } from './always-allowed';
import { CallCard } from './call-card';
import { Composer } from './composer';
import { Conversation, type Entry } from './conversation';
import { domainOf, useOperations } from './operations';
import styles from './preview.module.css';

/** Who builds a GPT plays an end user of it. */
export default function PreviewPage() {
  const { gptId = '' } = useParams();
  const gpt = useQuery({
    queryKey: ['gpts', gptId],
    queryFn: ({ signal }) => api.get<Schema<'GptDto'>>(`/v1/gpts/${gptId}`, signal),
  });
  return (
    <>
      <PageTitle
        title="Preview"
        text={
          gpt.data && (
            <>
              You play an end user of{' '}
              <Anchor component={Link} href={`/gpts/${gptId}`} inherit underline="always">
                {gpt.data.name}
              </Anchor>
              . Calls are real.
            </>
          )
        }
      />
      {gpt.error ? <Failure error={gpt.error} retry={() => void gpt.refetch()} /> : <Pane key={gptId} gptId={gptId} />}
    </>
  );
}

function Pane({ gptId }: { gptId: string }) {
  const operations = useOperations(gptId);
  const allowed = useAlwaysAllowed(gptId);
  const [parameters] = useSearchParams();
  const { entries, conversation } = useConversation(gptId, allowed);
  if (operations.error) return <Failure error={operations.error} retry={() => void operations.refetch()} />;
  if (!operations.data) return <Skeleton h={320} />;
  if (operations.data.length === 0) {
    return (
      <Paper withBorder p="xl">
        <Text>
          This GPT has no operation yet.{' '}
          <Anchor component={Link} href={`/gpts/${gptId}`} underline="always">
            Give it an action
          </Anchor>
          , then call it here.
        </Text>
      </Paper>
    );
  }
  return (
    <Stack gap="md" maw={920}>
      <Paper withBorder p="md" component="section" aria-labelledby="conversation">
        <VisuallyHidden>
          <Title order={2} id="conversation">
            Conversation
          </Title>
        </VisuallyHidden>
        {entries.length === 0 && (
          <Text c="dimmed" py="lg" ta="center">
            Nothing was called yet. Choose an operation below, and send it.
          </Text>
        )}
        <div role="log" aria-label="Calls">
          <ol className={styles.list}>
            {entries.map((entry) => (
              <CallCard
                key={entry.id}
                entry={entry}
                domain={domainOf(operations.data, entry.call.name)}
                decide={(decision) => conversation.answer(entry.id, decision)}
                again={() => conversation.send(entry.user, [entry.call])}
              />
            ))}
          </ol>
        </div>
      </Paper>
      <AllowedList operations={allowed.operations} forget={allowed.forget} />
      <Paper withBorder p="md">
        <Composer
          operations={operations.data}
          first={parameters.get('operation')}
          send={(user, calls) => conversation.send(user, calls)}
        />
      </Paper>
    </Stack>
  );
}

const NOTHING: readonly Entry[] = [];

/** A conversation that ends with the page. */
function useConversation(gptId: string, allowed: ReturnType<typeof useAlwaysAllowed>) {
  const [conversation, setConversation] = useState(() => new Conversation(linksOf(gptId, allowed)));
  useEffect(() => {
    // Effects may run twice while developing: a conversation that was left is not gone on with.
    if (conversation.wasLeft) setConversation(new Conversation(linksOf(gptId, allowed)));
    return () => conversation.leave();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what is allowed is read when it is asked for
  }, [conversation, gptId]);
  const entries = useSyncExternalStore(conversation.subscribe, conversation.snapshot, () => NOTHING);
  return { conversation, entries };
}

function linksOf(gptId: string, { has, add }: ReturnType<typeof useAlwaysAllowed>) {
  return {
    call: (body: object, signal: AbortSignal) =>
      api.post<NonNullable<Entry['answer']>>(`/v1/gpts/${gptId}/call`, body, signal),
    endOf,
    isAllowed: has,
    alwaysAllow: (operation: string) => void add(operation),
  };
}
