import { Anchor, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'wouter';
import { gptQueries } from '../queries/gpts';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { Empty } from '../ui/empty';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { AlwaysAllowedList } from './always-allowed-list';
import { CallCard } from './call-card';
import { Composer } from './composer';
import type { Conversation } from './conversation';
import styles from './preview.module.css';
import { messageOf, type Turn } from './turn';
import { TurnCard } from './turn-card';
import { useAlwaysAllowed } from './use-always-allowed';
import { useConversation } from './use-conversation';
import { domainOf, usePreviewOperations, type PreviewOperation } from './use-preview-operations';

/** Calls the operations of a GPT as one of its end users. */
export default function PreviewPage() {
  const { gptId = '' } = useParams();
  const gpt = useQuery(gptQueries.detail(gptId));
  return (
    <>
      <Breadcrumbs
        links={[
          ['GPTs', '/gpts'],
          [gpt.data?.name ?? 'GPT', `/gpts/${gptId}`],
        ]}
        current="Preview"
      />
      <PageTitle title="Preview" description="Act as an end user of this GPT. Calls are real." />
      {gpt.error ? <Failure error={gpt.error} retry={() => void gpt.refetch()} /> : <Operations gptId={gptId} />}
    </>
  );
}

function Operations({ gptId }: { gptId: string }) {
  const operations = usePreviewOperations(gptId);
  return (
    <QueryView query={operations} height={320}>
      {(data) => (data.length === 0 ? <NoOperations gptId={gptId} /> : <Chat gptId={gptId} operations={data} />)}
    </QueryView>
  );
}

function NoOperations({ gptId }: { gptId: string }) {
  return (
    <Empty title="This GPT has no operations yet">
      <Anchor component={Link} href={`/gpts/${gptId}`} inherit underline="always">
        Add an action
      </Anchor>{' '}
      to call its operations here.
    </Empty>
  );
}

function Chat({ gptId, operations }: { gptId: string; operations: PreviewOperation[] }) {
  const allowed = useAlwaysAllowed(gptId);
  const [parameters] = useSearchParams();
  const { turns, conversation } = useConversation(gptId, allowed);
  return (
    <Stack gap="md" maw={920}>
      <Paper withBorder p="md" component="section" aria-labelledby="conversation">
        <VisuallyHidden>
          <Title order={2} id="conversation">
            Conversation
          </Title>
        </VisuallyHidden>
        {turns.length === 0 && (
          <Text c="dimmed" py="lg" ta="center">
            No calls yet. Choose an operation below and send it.
          </Text>
        )}
        <div role="log" aria-label="Calls">
          <ol className={styles.list}>
            {turns.map((turn) => (
              <TurnItems key={turn.id} turn={turn} operations={operations} conversation={conversation} />
            ))}
          </ol>
        </div>
      </Paper>
      <AlwaysAllowedList operations={allowed.operations} remove={allowed.remove} />
      <Paper withBorder p="md">
        <Composer
          operations={operations}
          initialName={parameters.get('operation')}
          send={(message) => conversation.send(message)}
        />
      </Paper>
    </Stack>
  );
}

interface TurnItemsProps {
  turn: Turn;
  operations: PreviewOperation[];
  conversation: Conversation;
}

/** The calls of a turn, once they are known. */
function TurnItems({ turn, operations, conversation }: TurnItemsProps) {
  const { message, calls } = turn;
  if (turn.phase.is !== 'known') {
    const { operation } = message;
    const domain = operation === undefined ? undefined : domainOf(operations, operation);
    return <TurnCard turn={turn} domain={domain} tryAgain={() => void conversation.send(message)} />;
  }
  return calls.map((call) => (
    <CallCard
      key={call.id}
      turn={turn}
      call={call}
      domain={domainOf(operations, call.name)}
      decide={(decision) => conversation.decide(call.id, decision)}
      callAgain={() => void conversation.send(messageOf(message.user, call.name, call.arguments))}
    />
  ));
}
