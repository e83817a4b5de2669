import { Box, Button, Paper, Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { DocumentCheck } from '../editor/document-check';
import { Failure } from '../ui/failure';
import { Unsaved } from '../ui/unsaved';
import { useChangeAction, useDocument } from './action-queries';
import { ImportFailure } from './import-failure';

const DocumentEditor = lazy(() => import('../editor/document-editor'));

/** The document of an action, to be changed. */
export function ActionDocument({ gptId, actionId }: { gptId: string; actionId: string }) {
  const document = useDocument(gptId, actionId);
  return (
    <Paper withBorder p="md">
      {document.error && <Failure error={document.error} retry={() => void document.refetch()} />}
      {document.isPending && <Skeleton h={460} />}
      {document.data !== undefined && <Editing gptId={gptId} actionId={actionId} stored={document.data} />}
    </Paper>
  );
}

function Editing({ gptId, actionId, stored }: { gptId: string; actionId: string; stored: string }) {
  const change = useChangeAction(gptId, actionId);
  const [text, setText] = useState(stored);
  const [saved, setSaved] = useState(stored);
  const [check, setCheck] = useState<DocumentCheck>();
  const isChanged = text !== saved;
  const save = () => change.mutate({ openapi: text }, { onSuccess: () => setSaved(text) });
  return (
    <Suspense fallback={<Skeleton h={460} />}>
      {change.error && isChanged && (
        <Box mb="md">
          <ImportFailure error={change.error} isAtLines />
        </Box>
      )}
      <DocumentEditor text={text} onChange={setText} onCheck={setCheck}>
        <Button
          size="compact-sm"
          onClick={save}
          loading={change.isPending}
          disabled={!isChanged || check?.usable === false}
        >
          Save the document
        </Button>
        <Text size="sm" c="dimmed" component="output">
          {isChanged ? 'Not saved yet' : change.isSuccess ? 'Saved' : ''}
        </Text>
      </DocumentEditor>
      <Unsaved when={isChanged} />
    </Suspense>
  );
}
