import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { useCreateGpt } from '../queries/gpts';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';

/** Creates a GPT and opens its page. */
export function CreateGptDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [, navigate] = useLocation();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = useCreateGpt();
  const errors = fieldErrors(create.error);
  const submit = () =>
    create.mutate({ name, description: description || undefined }, { onSuccess: ({ id }) => navigate(`/gpts/${id}`) });
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title="Create a GPT"
      action="Create"
      onSubmit={submit}
      isPending={create.isPending}
    >
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={name}
        error={errors['name']}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        label="Description"
        autosize
        minRows={2}
        value={description}
        error={errors['description']}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      {create.error && !hasFieldErrors(create.error) && <Failure error={create.error} />}
    </FormDialog>
  );
}
