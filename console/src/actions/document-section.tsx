import { Box, Button, Paper, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { UnsavedChanges } from '../navigation/unsaved-changes';
import { actionQueries, useUpdateAction } from '../queries/actions';
import type { DocumentCheck } from '../queries/documents';
import { QueryView } from '../ui/query-view';
import { DocumentFailure } from './document-failure';

const DocumentEditor = lazy(() => import('../editor/document-editor'));

interface DocumentSectionProps {
  gptId: string;
  actionId: string;
}

/** The editor of an action's document. */
export function DocumentSection({ gptId, actionId }: DocumentSectionProps) {
  const document = useQuery(actionQueries.document(gptId, actionId));
  return (
    <Paper withBorder p="md">
      <QueryView query={document} height={460}>
        {(stored) => <EditedDocument gptId={gptId} actionId={actionId} stored={stored} />}
      </QueryView>
    </Paper>
  );
}

function EditedDocument({ gptId, actionId, stored }: DocumentSectionProps & { stored: string }) {
  const update = useUpdateAction(gptId, actionId);
  const [text, setText] = useState(stored);
  const [saved, setSaved] = useState(stored);
  const [check, setCheck] = useState<DocumentCheck>();
  const isChanged = text !== saved;
  const save = () => update.mutate({ openapi: text }, { onSuccess: () => setSaved(text) });
  return (
    <Suspense fallback={<Skeleton h={460} />}>
      {update.error && isChanged && (
        <Box mb="md">
          <DocumentFailure error={update.error} areProblemsListed />
        </Box>
      )}
      <DocumentEditor text={text} onChange={setText} onCheck={setCheck}>
        <Button
          size="compact-sm"
          onClick={save}
          loading={update.isPending}
          disabled={!isChanged || check?.usable === false}
        >
          Save document
        </Button>
        <Text size="sm" c="dimmed" component="output">
          {isChanged ? 'Unsaved changes' : update.isSuccess ? 'Saved' : ''}
        </Text>
      </DocumentEditor>
      <UnsavedChanges when={isChanged} />
    </Suspense>
  );
}
