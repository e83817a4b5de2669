import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { useCreateMcpToken } from '../queries/mcp';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SecretDialog } from '../ui/secret-dialog';

const LIFETIMES = [
  { value: '3600', label: '1 hour' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: '24 hours' },
];

const EMPTY_FIELDS = { user: '', lifetime: '3600' };

interface CreateTokenDialogProps {
  gptId: string;
  opened: boolean;
  onClose: () => void;
}

/** Creates a token for one user, which is shown once. */
export function CreateTokenDialog({ gptId, opened, onClose }: CreateTokenDialogProps) {
  const create = useCreateMcpToken();
  const [{ user, lifetime }, setFields] = useState(EMPTY_FIELDS);
  const errors = fieldErrors(create.error);
  const close = () => {
    create.reset();
    setFields(EMPTY_FIELDS);
    onClose();
  };
  return (
    <>
      <FormDialog
        opened={opened && !create.data}
        onClose={close}
        title="Create a user token"
        action="Create"
        onSubmit={() => create.mutate({ gpt_id: gptId, user, expires_in: Number(lifetime) })}
        isPending={create.isPending}
      >
        <TextInput
          label="User"
          description="The user’s id as your server sends it in its calls."
          required
          maxLength={255}
          spellCheck={false}
          autoComplete="off"
          value={user}
          onChange={(event) => setFields({ lifetime, user: event.currentTarget.value })}
          error={errors['user']}
          data-autofocus
        />
        <Select
          label="Lifetime"
          data={LIFETIMES}
          value={lifetime}
          allowDeselect={false}
          onChange={(next) => setFields({ user, lifetime: next ?? lifetime })}
          error={errors['expires_in']}
        />
        {create.error && !hasFieldErrors(create.error) && <Failure error={create.error} />}
      </FormDialog>
      <SecretDialog
        title={`A token for ${user}`}
        label="Token"
        noun="token"
        secret={create.data?.token}
        onClose={close}
      >
        A client with this token acts for {user} at this GPT, and can do nothing else.
      </SecretDialog>
    </>
  );
}
