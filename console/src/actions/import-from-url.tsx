import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api';
import { fieldMistakes } from '../api/problem';
import type { Action } from '../gpts/gpt-queries';
import { ImportFailure } from './import-failure';

interface ImportFromUrlProps {
  gptId: string;
  opened: boolean;
  onClose: () => void;
  onAdded: (actionId: string) => void;
}

/** Has the server fetch the document: this page asks nobody else. */
export function ImportFromUrl({ gptId, opened, onClose, onAdded }: ImportFromUrlProps) {
  const [url, setUrl] = useState('');
  const add = useMutation({
    mutationFn: () => api.post<Action>(`/v1/gpts/${gptId}/actions`, { openapi_url: url.trim() }),
    onSuccess: ({ id }) => onAdded(id),
  });
  const mistake = fieldMistakes(add.error)['openapi_url'];
  return (
    <Modal opened={opened} onClose={onClose} title="Import from URL">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Stack>
          <TextInput
            label="URL of the document"
            type="url"
            required
            placeholder="https://api.example.com/openapi.json"
            value={url}
            error={mistake}
            onChange={(event) => setUrl(event.currentTarget.value)}
            data-autofocus
          />
          <Text size="sm" c="dimmed">
            The server fetches it, without any credential, and adds the action at once. You can change it afterwards.
          </Text>
          {add.error && mistake === undefined && <ImportFailure error={add.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending}>
              Import
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
