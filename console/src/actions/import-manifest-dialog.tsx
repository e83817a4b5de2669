import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useImportAction, type ImportedAction } from '../queries/actions';
import { Caution } from '../ui/caution';
import { FieldErrorList } from '../ui/field-error-list';
import { FormDialog } from '../ui/form-dialog';
import { DocumentFailure } from './document-failure';

const FORMATS: Record<ImportedAction['form'], string> = {
  plugin_manifest: 'a plugin manifest',
  chatgpt_action: 'a ChatGPT action',
  librechat_action: 'a LibreChat action',
};

const TITLE = 'Import from another platform';

export interface ImportDialogProps {
  gptId: string;
  opened: boolean;
  onClose: () => void;
  onAdded: (actionId: string) => void;
}

/** Imports an action from a manifest of another platform. */
export function ImportManifestDialog({ gptId, opened, onClose, onAdded }: ImportDialogProps) {
  const [manifest, setManifest] = useState('');
  const [url, setUrl] = useState('');
  const add = useImportAction(gptId);
  const isPasted = manifest.trim() !== '';
  const submit = () =>
    add.mutate(isPasted ? { manifest } : { manifest_url: url.trim() }, {
      onSuccess: ({ action, warnings }) => {
        if (warnings.length === 0) onAdded(action.id);
      },
    });
  if (add.data && add.data.warnings.length > 0) {
    return (
      <Modal opened={opened} onClose={onClose} title={TITLE} size="lg">
        <ImportWarnings imported={add.data} onAdded={onAdded} />
      </Modal>
    );
  }
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={TITLE}
      size="lg"
      action="Import"
      onSubmit={submit}
      isPending={add.isPending}
    >
      <Text size="sm">
        Enter a plugin manifest (<span className="mono">ai-plugin.json</span>), or an action as ChatGPT or LibreChat
        stores it. Its authentication is imported as far as the manifest contains it.
      </Text>
      <TextInput
        label="Manifest URL"
        type="url"
        placeholder="https://notes.example.com/.well-known/ai-plugin.json"
        value={url}
        required={!isPasted}
        withAsterisk={false}
        disabled={isPasted}
        onChange={(event) => setUrl(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        label="Or the manifest itself, as JSON"
        autosize
        minRows={6}
        maxRows={16}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={manifest}
        onChange={(event) => setManifest(event.currentTarget.value)}
      />
      {add.error && <DocumentFailure error={add.error} />}
    </FormDialog>
  );
}

function ImportWarnings({
  imported: { form, action, warnings },
  onAdded,
}: {
  imported: ImportedAction;
  onAdded: ImportDialogProps['onAdded'];
}) {
  return (
    <Stack>
      <Text component="output">The action was imported from {FORMATS[form]}.</Text>
      <Caution title="Complete these by hand">
        <FieldErrorList errors={warnings} />
      </Caution>
      <Group justify="flex-end">
        <Button onClick={() => onAdded(action.id)} data-autofocus>
          Go to the action
        </Button>
      </Group>
    </Stack>
  );
}
