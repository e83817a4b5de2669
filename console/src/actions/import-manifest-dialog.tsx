import { Modal, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useImportActions } from '../queries/actions';
import { FormDialog } from '../ui/form-dialog';
import { DocumentFailure } from './document-failure';
import { ImportedActions } from './import-report';

const TITLE = 'Import from another platform';

export interface ImportDialogProps {
  gptId: string;
  opened: boolean;
  onClose: () => void;
  onAdded: (actionId: string) => void;
}

/** Imports the actions of an exported GPT, or an action of another platform, and shows what to do next. */
export function ImportManifestDialog({ gptId, opened, onClose, onAdded }: ImportDialogProps) {
  const [manifest, setManifest] = useState('');
  const [url, setUrl] = useState('');
  const add = useImportActions(gptId);
  const isPasted = manifest.trim() !== '';
  const submit = () => add.mutate(isPasted ? { manifest } : { manifest_url: url.trim() });
  const close = () => {
    add.reset();
    setManifest('');
    setUrl('');
    onClose();
  };
  if (add.data) {
    return (
      // The report is discarded at once: a closing animation would show the form.
      <Modal opened={opened} onClose={close} title={TITLE} size="lg" transitionProps={{ duration: 0 }}>
        <ImportedActions report={add.data} openAction={onAdded} />
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
        Enter an exported GPT, a plugin manifest (<span className="mono">ai-plugin.json</span>), or an action as ChatGPT
        or LibreChat stores it. Authentication is imported as far as it is contained. Of a GPT, all actions are created
        or none.
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
