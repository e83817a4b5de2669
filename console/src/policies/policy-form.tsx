import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import type { Action, Operation } from '../queries/actions';
import { useSavePolicies, type OperationPolicy } from '../queries/policies';
import { Failure } from '../ui/failure';
import { toDraft, toPolicy, type PolicyDraft } from './policy-draft';
import { PolicyFields } from './policy-fields';

interface PolicyFormProps {
  action: Action;
  operation: Operation;
  policy: OperationPolicy | undefined;
  onUnsaved: (isUnsaved: boolean) => void;
  onCancel: () => void;
  onSaved: () => void;
}

const CHANGED_MEANWHILE =
  'Someone else has changed this policy since you opened it. Close the dialog and open it again to see the change.';

export function PolicyForm({ action, operation, policy, onUnsaved, onCancel, onSaved }: PolicyFormProps) {
  const [before] = useState(() => toDraft(policy));
  const [draft, setDraft] = useState(before);
  const [isInvalid, setInvalid] = useState(false);
  const save = useSavePolicies(action);
  const id = operation.operation_id;
  const change = (changes: Partial<PolicyDraft>) => {
    setDraft({ ...draft, ...changes });
    onUnsaved(true);
  };
  const submit = () =>
    save.mutate(
      {
        [id]: (stored) => {
          if (JSON.stringify(toDraft(stored)) !== JSON.stringify(before)) throw new Error(CHANGED_MEANWHILE);
          return toPolicy(draft);
        },
      },
      {
        onSuccess: () => {
          onUnsaved(false);
          notifications.show({ message: 'Policy saved.' });
          onSaved();
        },
      },
    );
  useEffect(() => {
    // Screen readers announce the first invalid field.
    if (save.error) document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [save.error]);
  const errors = fieldErrors(save.error, `/operations/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      noValidate
    >
      <Stack>
        <PolicyFields operation={operation} draft={draft} change={change} errors={errors} onInvalid={setInvalid} />
        {save.error && !(hasFieldErrors(save.error) && Object.keys(errors).length > 0) && (
          <Failure error={save.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={isInvalid}>
            Save policy
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
