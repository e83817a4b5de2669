import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors } from '../api/problem';
import { useCreateAction } from '../queries/actions';
import { FormDialog } from '../ui/form-dialog';
import { DocumentFailure } from './document-failure';
import type { ImportDialogProps } from './import-manifest-dialog';

/** Adds an action from the URL of its document. The server fetches it, not the browser. */
export function ImportUrlDialog({ gptId, opened, onClose, onAdded }: ImportDialogProps) {
  const [url, setUrl] = useState('');
  const add = useCreateAction(gptId);
  const urlError = fieldErrors(add.error)['openapi_url'];
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title="Import from URL"
      action="Import"
      onSubmit={() => add.mutate({ openapi_url: url.trim() }, { onSuccess: ({ id }) => onAdded(id) })}
      isPending={add.isPending}
    >
      <TextInput
        label="Document URL"
        type="url"
        required
        placeholder="https://api.example.com/openapi.json"
        value={url}
        error={urlError}
        onChange={(event) => setUrl(event.currentTarget.value)}
        data-autofocus
      />
      <Text size="sm" c="dimmed">
        The server fetches the document without credentials and adds the action. You can edit it afterwards.
      </Text>
      {add.error && urlError === undefined && <DocumentFailure error={add.error} />}
    </FormDialog>
  );
}
