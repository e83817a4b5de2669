import { Button, Group, Modal, MultiSelect, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldMistakes } from '../api/problem';
import { Failure } from '../ui/failure';
import { SecretDialog } from '../ui/secret-dialog';
import { EXPIRIES, expiresAt } from './expiry';
import { useCreateKey, useGpts, type NewKey } from './queries';

const BLANK = { role: 'runtime' as NewKey['role'], name: '', gptIds: [] as string[], expiry: 'never', date: '' };

/** Asks what the key is to be, then shows it: once. */
export function CreateKey({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const create = useCreateKey();
  const [fields, setFields] = useState(BLANK);
  const change = (changes: Partial<typeof BLANK>) => setFields({ ...fields, ...changes });
  const end = () => {
    create.reset();
    setFields(BLANK);
    close();
  };
  const { role, name, gptIds, expiry, date } = fields;
  const submit = () => {
    const gpts = role === 'runtime' && gptIds.length > 0 ? gptIds : undefined;
    create.mutate({ role, name: name.trim(), gpt_ids: gpts, expires_at: expiresAt(expiry, date) });
  };
  return (
    <>
      <Modal opened={isOpen && !create.data} onClose={end} title="Create a key">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <KeyFields fields={fields} change={change} error={create.error} />
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={end}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </form>
      </Modal>
      <SecretDialog
        title={`The key “${create.data?.name ?? ''}”`}
        label="The key"
        secret={create.data?.key}
        onClose={end}
      >
        {create.data?.role === 'admin'
          ? 'Whoever has it can change everything of this tenant.'
          : 'Give it to the server that calls operations for your users.'}
      </SecretDialog>
    </>
  );
}

interface KeyFieldsProps {
  fields: typeof BLANK;
  change: (changes: Partial<typeof BLANK>) => void;
  error: unknown;
}

function KeyFields({ fields, change, error }: KeyFieldsProps) {
  const gpts = useGpts().data ?? [];
  const mistakes = fieldMistakes(error);
  const ofGpts = Object.entries(mistakes).find(([field]) => field.startsWith('gpt_ids'))?.[1];
  return (
    <Stack>
      <TextInput
        label="Name"
        description="What it is used for, so that it can be found again."
        required
        maxLength={200}
        value={fields.name}
        error={mistakes['name']}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-autofocus
      />
      <Radio.Group
        label="Role"
        value={fields.role}
        onChange={(role) => change({ role: role as NewKey['role'] })}
        error={mistakes['role']}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="runtime" label="Runtime" description="Calls operations for users, and starts their sign-ins." />
          <Radio
            value="admin"
            label="Admin"
            description="Changes GPTs, actions, keys and settings; opens this console."
          />
        </Stack>
      </Radio.Group>
      {fields.role === 'runtime' && (
        <MultiSelect
          label="For which GPTs"
          description="None chosen: for all, also those to come."
          placeholder={fields.gptIds.length === 0 ? 'All GPTs' : undefined}
          data={gpts.map(({ id, name }) => ({ value: id, label: name }))}
          value={fields.gptIds}
          onChange={(gptIds) => change({ gptIds })}
          error={ofGpts}
          searchable
          limit={100}
          nothingFoundMessage="None"
          hidePickedOptions
        />
      )}
      <Select
        label="Expires"
        data={EXPIRIES}
        value={fields.expiry}
        allowDeselect={false}
        onChange={(expiry) => change({ expiry: expiry ?? 'never' })}
        error={fields.expiry !== 'date' && mistakes['expires_at']}
      />
      {fields.expiry === 'date' && (
        <TextInput
          type="datetime-local"
          label="Expires at"
          required
          value={fields.date}
          error={mistakes['expires_at']}
          onChange={(event) => change({ date: event.currentTarget.value })}
        />
      )}
      {error !== null && Object.keys(mistakes).length === 0 && <Failure error={error} />}
    </Stack>
  );
}
