import { Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { useCreateKey, type NewKey } from '../queries/keys';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SecretDialog } from '../ui/secret-dialog';
import { EXPIRY_OPTIONS, expiresAt } from './expiry';
import { RestrictionFields } from './restriction-fields';

const EMPTY_FIELDS = {
  role: 'runtime' as NewKey['role'],
  name: '',
  gptIds: [] as string[],
  operationIds: [] as string[],
  expiry: 'never',
  date: '',
};

type Fields = typeof EMPTY_FIELDS;

/** Creates a key, which is shown once. */
export function CreateKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const create = useCreateKey();
  const [fields, setFields] = useState(EMPTY_FIELDS);
  const close = () => {
    create.reset();
    setFields(EMPTY_FIELDS);
    onClose();
  };
  const submit = () => {
    const { role, name, gptIds, operationIds, expiry, date } = fields;
    const restriction = (ids: string[]) => (role === 'runtime' && ids.length > 0 ? ids : undefined);
    create.mutate({
      role,
      name: name.trim(),
      gpt_ids: restriction(gptIds),
      operation_ids: restriction(operationIds),
      expires_at: expiresAt(expiry, date),
    });
  };
  return (
    <>
      <FormDialog
        opened={opened && !create.data}
        onClose={close}
        title="Create a key"
        action="Create"
        onSubmit={submit}
        isPending={create.isPending}
      >
        <KeyFields
          fields={fields}
          change={(changes) => setFields({ ...fields, ...changes })}
          errors={fieldErrors(create.error)}
        />
        {create.error && !hasFieldErrors(create.error) && <Failure error={create.error} />}
      </FormDialog>
      <SecretDialog
        title={`The key “${create.data?.name ?? ''}”`}
        label="Key"
        secret={create.data?.key}
        onClose={close}
      >
        {create.data?.role === 'admin'
          ? 'This key can change everything in this tenant.'
          : 'Give this key to the server that calls operations for your users.'}
      </SecretDialog>
    </>
  );
}

interface KeyFieldsProps {
  fields: Fields;
  change: (changes: Partial<Fields>) => void;
  errors: Record<string, string>;
}

function KeyFields({ fields, change, errors }: KeyFieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        description="What the key is used for."
        required
        maxLength={200}
        value={fields.name}
        error={errors['name']}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-autofocus
      />
      <Radio.Group
        label="Role"
        value={fields.role}
        onChange={(role) => change({ role: role as NewKey['role'] })}
        error={errors['role']}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="runtime" label="Runtime" description="Calls operations for users and starts sign-ins." />
          <Radio
            value="admin"
            label="Admin"
            description="Manages GPTs, actions, keys and settings, and signs in to this console."
          />
        </Stack>
      </Radio.Group>
      {fields.role === 'runtime' && (
        <RestrictionFields gptIds={fields.gptIds} operationIds={fields.operationIds} change={change} errors={errors} />
      )}
      <Select
        label="Expires"
        data={EXPIRY_OPTIONS}
        value={fields.expiry}
        allowDeselect={false}
        onChange={(expiry) => change({ expiry: expiry ?? 'never' })}
        error={fields.expiry !== 'date' && errors['expires_at']}
      />
      {fields.expiry === 'date' && (
        <TextInput
          type="datetime-local"
          label="Expires at"
          required
          value={fields.date}
          error={errors['expires_at']}
          onChange={(event) => change({ date: event.currentTarget.value })}
        />
      )}
    </>
  );
}
