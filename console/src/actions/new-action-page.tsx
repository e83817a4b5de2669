import { Button, FileButton, Group, Menu, Paper, Skeleton, Stack, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api } from '../api/api';
import type { DocumentCheck } from '../editor/document-check';
import { gptKey, useGpt, type Action } from '../gpts/gpt-queries';
import { PageTitle } from '../ui/page-title';
import { Trail } from '../ui/trail';
import { Unsaved, withoutAsking } from '../ui/unsaved';
import { ImportFailure } from './import-failure';
import { ImportForm } from './import-form';
import { ImportFromUrl } from './import-from-url';
import { OperationTable } from './operation-table';
import { SAMPLES } from './samples';

const DocumentEditor = lazy(() => import('../editor/document-editor'));

/** Gives a GPT an action: from a text, a file, a URL, a sample, or another platform's form. */
export default function NewActionPage() {
  const { gptId = '' } = useParams();
  const gpt = useGpt(gptId);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [check, setCheck] = useState<DocumentCheck>();
  const [dialog, setDialog] = useState<'url' | 'form'>();
  const added = (actionId: string) => {
    void queries.invalidateQueries({ queryKey: gptKey(gptId) });
    withoutAsking(() => go(`/gpts/${gptId}/actions/${actionId}`));
  };
  const add = useMutation({
    mutationFn: () => api.post<Action>(`/v1/gpts/${gptId}/actions`, { openapi: text }),
    onSuccess: ({ id }) => added(id),
  });
  const write = (next: string) => {
    add.reset();
    setText(next);
  };
  return (
    <>
      <Trail
        links={[
          ['GPTs', '/gpts'],
          [gpt.data?.name ?? 'GPT', `/gpts/${gptId}`],
        ]}
        here="Add an action"
      />
      <PageTitle title="Add an action" text="From an OpenAPI document of the API: 3.0, 3.1 or 3.2, as JSON or YAML." />
      <Stack gap="lg" maw={1100}>
        <Paper withBorder p="md">
          <Suspense fallback={<Skeleton h={460} />}>
            <DocumentEditor text={text} onChange={write} onCheck={setCheck}>
              <Sources write={write} open={setDialog} />
            </DocumentEditor>
          </Suspense>
        </Paper>
        {add.error && <ImportFailure error={add.error} isAtLines />}
        <Group>
          <Button onClick={() => add.mutate()} loading={add.isPending} disabled={!check?.usable}>
            Add the action
          </Button>
        </Group>
        {check && check.operations.length > 0 && (
          <section aria-labelledby="operations-title">
            <Title order={2} size="h3" id="operations-title" mb="sm">
              Operations
            </Title>
            <OperationTable operations={check.operations} />
          </section>
        )}
      </Stack>
      <ImportFromUrl gptId={gptId} opened={dialog === 'url'} onClose={() => setDialog(undefined)} onAdded={added} />
      <ImportForm gptId={gptId} opened={dialog === 'form'} onClose={() => setDialog(undefined)} onAdded={added} />
      <Unsaved when={text.trim() !== '' && !add.isSuccess} />
    </>
  );
}

/** Where a document may come from besides the keyboard. */
function Sources({ write, open }: { write: (text: string) => void; open: (dialog: 'url' | 'form') => void }) {
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" size="compact-sm">
            Samples
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(SAMPLES).map(([name, sample]) => (
            <Menu.Item key={name} onClick={() => write(sample)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <FileButton
        accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml"
        onChange={(file) => void file?.text().then(write)}
        inputProps={{ 'aria-label': 'OpenAPI document file', tabIndex: -1 }}
      >
        {(props) => (
          <Button variant="default" size="compact-sm" {...props}>
            Upload a file
          </Button>
        )}
      </FileButton>
      <Button variant="default" size="compact-sm" onClick={() => open('url')}>
        Import from URL
      </Button>
      <Button variant="default" size="compact-sm" onClick={() => open('form')}>
        Import from another platform
      </Button>
    </>
  );
}
