import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/api';
import { ImportFailure } from './import-failure';

type Imported = Schema<'ImportedActionDto'>;

const FORMS: Record<Imported['form'], string> = {
  plugin_manifest: 'a plugin manifest',
  chatgpt_action: "an action of ChatGPT's",
  librechat_action: "an action of LibreChat's",
};

interface ImportFormProps {
  gptId: string;
  opened: boolean;
  onClose: () => void;
  onAdded: (actionId: string) => void;
}

/** Takes an action over from another platform. */
export function ImportForm({ gptId, opened, onClose, onAdded }: ImportFormProps) {
  const [fields, setFields] = useState({ manifest: '', manifest_url: '' });
  const add = useMutation({
    mutationFn: () => {
      const { manifest, manifest_url } = fields;
      return api.post<Imported>(`/v1/gpts/${gptId}/imports`, manifest.trim() ? { manifest } : { manifest_url });
    },
    onSuccess: ({ action, warnings }) => {
      if (warnings.length === 0) onAdded(action.id);
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="Import from another platform" size="lg">
      {add.data && add.data.warnings.length > 0 ? (
        <Added imported={add.data} onAdded={onAdded} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <Stack>
            <Text size="sm">
              A plugin manifest (<span className="mono">ai-plugin.json</span>), or an action as ChatGPT or LibreChat
              stores it. Its authentication comes along as far as the form has it.
            </Text>
            <TextInput
              label="URL of the form"
              type="url"
              placeholder="https://notes.example.com/.well-known/ai-plugin.json"
              value={fields.manifest_url}
              required={fields.manifest.trim() === ''}
              withAsterisk={false}
              disabled={fields.manifest.trim() !== ''}
              onChange={(event) => setFields({ ...fields, manifest_url: event.currentTarget.value })}
              data-autofocus
            />
            <Textarea
              label="Or the form itself, as JSON"
              autosize
              minRows={6}
              maxRows={16}
              spellCheck={false}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '13px' } }}
              value={fields.manifest}
              onChange={(event) => setFields({ ...fields, manifest: event.currentTarget.value })}
            />
            {add.error && <ImportFailure error={add.error} />}
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
      )}
    </Modal>
  );
}

function Added({
  imported: { form, action, warnings },
  onAdded,
}: {
  imported: Imported;
  onAdded: (id: string) => void;
}) {
  return (
    <Stack>
      <Text component="output">It was read as {FORMS[form]}, and the action is there. Some of it needs you:</Text>
      <Alert color="yellow">
        <ul>
          {warnings.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>
              <Text size="sm">{message}</Text>
            </li>
          ))}
        </ul>
      </Alert>
      <Group justify="flex-end">
        <Button onClick={() => onAdded(action.id)} data-autofocus>
          Go to the action
        </Button>
      </Group>
    </Stack>
  );
}
