import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { useCreateAdminKey, type Tenant } from '../queries/tenants';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SecretDialog } from '../ui/secret-dialog';

/** Creates an admin key for a tenant and shows it, once. */
export function CreateAdminKeyDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const create = useCreateAdminKey(tenant);
  const [name, setName] = useState('');
  const close = () => {
    create.reset();
    onClose();
  };
  return (
    <>
      <FormDialog
        opened={!create.data}
        onClose={close}
        title={`Create an admin key for “${tenant.name}”`}
        action="Create"
        onSubmit={() => create.mutate(name.trim())}
        isPending={create.isPending}
      >
        <Text size="sm">
          For a tenant that has lost its admin keys. Its other keys keep working, and its audit log records that the
          operator created this one.
        </Text>
        <TextInput
          label="Name"
          description="What the key is used for."
          required
          maxLength={200}
          value={name}
          error={fieldErrors(create.error)['name']}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {create.error && !hasFieldErrors(create.error) && <Failure error={create.error} />}
      </FormDialog>
      <SecretDialog
        title={`The key “${create.data?.name ?? ''}”`}
        label="Admin key"
        secret={create.data?.key}
        onClose={close}
      >
        Give this key to the tenant’s admin. It signs in to this console and can create all other keys.
      </SecretDialog>
    </>
  );
}
