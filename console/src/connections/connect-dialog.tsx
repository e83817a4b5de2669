import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { actionQueries, hasSignIn } from '../queries/actions';
import { gptQueries } from '../queries/gpts';
import { useCreateSignIn } from '../queries/sign-ins';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SignInLinkDialog } from './sign-in-link-dialog';

const EMPTY_FIELDS = { gptId: null as string | null, actionId: null as string | null, user: '' };

type Fields = typeof EMPTY_FIELDS;

/** Creates a sign-in link for a user, which is shown once. */
export function ConnectDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const create = useCreateSignIn();
  const [fields, setFields] = useState(EMPTY_FIELDS);
  const close = () => {
    create.reset();
    setFields(EMPTY_FIELDS);
    onClose();
  };
  const submit = () => {
    const { gptId, actionId, user } = fields;
    if (gptId && actionId) create.mutate({ gpt_id: gptId, action_id: actionId, user });
  };
  return (
    <>
      <FormDialog
        opened={opened && !create.data}
        onClose={close}
        title="Connect an account"
        action="Create link"
        onSubmit={submit}
        isPending={create.isPending}
      >
        <ConnectFields
          fields={fields}
          change={(changes) => setFields({ ...fields, ...changes })}
          errors={fieldErrors(create.error)}
        />
        {create.error && !hasFieldErrors(create.error) && <Failure error={create.error} />}
      </FormDialog>
      <SignInLinkDialog offer={create.data} user={fields.user} onClose={close} />
    </>
  );
}

interface ConnectFieldsProps {
  fields: Fields;
  change: (changes: Partial<Fields>) => void;
  errors: Record<string, string>;
}

function ConnectFields({ fields: { gptId, actionId, user }, change, errors }: ConnectFieldsProps) {
  const gpts = useQuery(gptQueries.list()).data ?? [];
  const actions = useQuery({ ...actionQueries.list(gptId ?? ''), enabled: gptId !== null }).data;
  const connectable = actions?.filter(hasSignIn) ?? [];
  const isWithout = actions !== undefined && connectable.length === 0;
  return (
    <>
      <Select
        label="GPT"
        required
        searchable
        data={gpts.map(({ id, name }) => ({ value: id, label: name }))}
        value={gptId}
        onChange={(next) => change({ gptId: next, actionId: null })}
        error={errors['gpt_id']}
      />
      <Select
        label="Action"
        description={isWithout ? 'Users do not sign in to any action of this GPT.' : undefined}
        required
        disabled={connectable.length === 0}
        data={connectable.map(({ id, title, domain }) => ({ value: id, label: `${title} (${domain})` }))}
        value={actionId}
        onChange={(next) => change({ actionId: next })}
        error={errors['action_id']}
      />
      <TextInput
        label="User"
        description="The user’s id as your server sends it in its calls."
        required
        maxLength={255}
        spellCheck={false}
        autoComplete="off"
        value={user}
        onChange={(event) => change({ user: event.currentTarget.value })}
        error={errors['user']}
      />
    </>
  );
}
