import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors, hasFieldErrors } from '../api/problem';
import { useCreateTenant } from '../queries/tenants';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';
import { SecretDialog } from '../ui/secret-dialog';

const EMPTY_FIELDS = { name: '', slug: '' };

/** Creates a tenant and shows its first admin key, once. */
export function CreateTenantDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const create = useCreateTenant();
  const [fields, setFields] = useState(EMPTY_FIELDS);
  const close = () => {
    create.reset();
    setFields(EMPTY_FIELDS);
    onClose();
  };
  const errors = fieldErrors(create.error);
  return (
    <>
      <FormDialog
        opened={opened && !create.data}
        onClose={close}
        title="Create a tenant"
        action="Create"
        onSubmit={() => create.mutate({ name: fields.name.trim(), slug: fields.slug.trim() || undefined })}
        isPending={create.isPending}
      >
        <TextInput
          label="Name"
          description="Shown to end users when they sign in."
          required
          maxLength={200}
          value={fields.name}
          error={errors['name']}
          onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label="Slug"
          description="Lower-case letters, digits and hyphens. Leave empty to derive it from the name."
          maxLength={64}
          value={fields.slug}
          error={errors['slug']}
          onChange={(event) => setFields({ ...fields, slug: event.currentTarget.value })}
          spellCheck={false}
          autoCapitalize="none"
        />
        {create.error && !hasFieldErrors(create.error) && <Failure error={create.error} />}
      </FormDialog>
      <SecretDialog
        title={`The first admin key of “${create.data?.name ?? ''}”`}
        label="Admin key"
        secret={create.data?.admin_key.key}
        onClose={close}
      >
        Give this key to the tenant’s admin. It signs in to this console and can create all other keys.
      </SecretDialog>
    </>
  );
}
