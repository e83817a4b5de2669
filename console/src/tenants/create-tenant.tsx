import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldMistakes } from '../api/problem';
import { Failure } from '../ui/failure';
import { SecretDialog } from '../ui/secret-dialog';
import { useCreateTenant } from './queries';

const BLANK = { name: '', slug: '' };

/** Asks for a name, then shows the first admin key: once. */
export function CreateTenant({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const create = useCreateTenant();
  const [fields, setFields] = useState(BLANK);
  const end = () => {
    create.reset();
    setFields(BLANK);
    close();
  };
  const mistakes = fieldMistakes(create.error);
  return (
    <>
      <Modal opened={isOpen && !create.data} onClose={end} title="Create a tenant">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ name: fields.name.trim(), slug: fields.slug.trim() || undefined });
          }}
        >
          <Stack>
            <TextInput
              label="Name"
              description="Shown to its end users when they sign in."
              required
              maxLength={200}
              value={fields.name}
              error={mistakes['name']}
              onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })}
              data-autofocus
            />
            <TextInput
              label="Slug"
              description="Lower-case letters, digits and hyphens. Made from the name where it is left empty."
              maxLength={64}
              value={fields.slug}
              error={mistakes['slug']}
              onChange={(event) => setFields({ ...fields, slug: event.currentTarget.value })}
              spellCheck={false}
              autoCapitalize="none"
            />
            {create.error && Object.keys(mistakes).length === 0 && <Failure error={create.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={end}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <SecretDialog
        title={`The first admin key of “${create.data?.name ?? ''}”`}
        label="The admin key"
        secret={create.data?.admin_key.key}
        onClose={end}
      >
        Give it to whoever runs this tenant: it opens this console, and makes every other key.
      </SecretDialog>
    </>
  );
}
