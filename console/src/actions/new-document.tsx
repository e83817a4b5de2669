import { Button, FileButton, Group, Menu, Paper, Skeleton, Stack, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { UnsavedChanges } from '../navigation/unsaved-changes';
import { useCreateAction } from '../queries/actions';
import type { DocumentCheck } from '../queries/documents';
import { DocumentFailure } from './document-failure';
import { ImportManifestDialog } from './import-manifest-dialog';
import { ImportUrlDialog } from './import-url-dialog';
import { OperationTable } from './operation-table';
import { SAMPLES } from './samples';

const DocumentEditor = lazy(() => import('../editor/document-editor'));

type ImportDialog = 'url' | 'manifest';

interface NewDocumentProps {
  gptId: string;
  onAdded: (actionId: string) => void;
}

/** Adds an action from text, a file, a URL, a sample, or a manifest of another platform. */
export function NewDocument({ gptId, onAdded }: NewDocumentProps) {
  const [text, setText] = useState('');
  const [check, setCheck] = useState<DocumentCheck>();
  const [dialog, setDialog] = useState<ImportDialog>();
  const create = useCreateAction(gptId);
  const add = () => create.mutate({ openapi: text }, { onSuccess: ({ id }) => onAdded(id) });
  const edit = (next: string) => {
    create.reset();
    setText(next);
  };
  const dialogProps = { gptId, onClose: () => setDialog(undefined), onAdded };
  return (
    <>
      <Stack gap="lg">
        <Paper withBorder p="md">
          <Suspense fallback={<Skeleton h={460} />}>
            <DocumentEditor text={text} onChange={edit} onCheck={setCheck}>
              <Sources edit={edit} open={setDialog} />
            </DocumentEditor>
          </Suspense>
        </Paper>
        {create.error && <DocumentFailure error={create.error} areProblemsListed />}
        <Group>
          <Button onClick={add} loading={create.isPending} disabled={!check?.usable}>
            Add action
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
      <ImportUrlDialog {...dialogProps} opened={dialog === 'url'} />
      <ImportManifestDialog {...dialogProps} opened={dialog === 'manifest'} />
      <UnsavedChanges when={text.trim() !== '' && !create.isSuccess} />
    </>
  );
}

interface SourcesProps {
  edit: (text: string) => void;
  open: (dialog: ImportDialog) => void;
}

/** The sources of a document other than typing. */
function Sources({ edit, open }: SourcesProps) {
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
            <Menu.Item key={name} onClick={() => edit(sample)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <FileButton
        accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml"
        onChange={(file) => void file?.text().then(edit)}
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
      <Button variant="default" size="compact-sm" onClick={() => open('manifest')}>
        Import from another platform
      </Button>
    </>
  );
}
