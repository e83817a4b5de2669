import { Button, Group, Paper, Skeleton, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import type { Schema } from '../api/api';
import { useSession } from '../shell/session';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { Unsaved } from '../ui/unsaved';
import { useForm, useTenant } from './form';
import { Sections } from './sections';

/** What holds for the whole tenant. */
export default function SettingsPage() {
  const tenant = useTenant(useSession().data?.tenant_id ?? '');
  return (
    <>
      <PageTitle title="Settings" text="What holds for the whole tenant." />
      {tenant.error && <Failure error={tenant.error} retry={() => void tenant.refetch()} />}
      {tenant.isPending && <Skeleton h={400} maw={720} aria-label="Loading" />}
      {tenant.data && <SettingsForm tenant={tenant.data} />}
    </>
  );
}

function SettingsForm({ tenant }: { tenant: Schema<'TenantDto'> }) {
  const form = useForm(tenant);
  const { save, mistakes, isChanged, reset } = form;
  useEffect(() => {
    if (!save.error) return;
    // To the first mistake, for who does not see where it stands.
    document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [save.error]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined, { onSuccess: () => notifications.show({ message: 'The settings are saved.' }) });
      }}
      noValidate
      style={{ maxWidth: 720 }}
    >
      <Sections form={form} />
      {save.error && Object.keys(mistakes).length === 0 && <Failure error={save.error} />}
      <Paper withBorder p="sm" mt="md" pos="sticky" bottom={8} shadow="sm">
        <Group justify="space-between">
          <Text size="sm" c="dimmed" component="output">
            {isChanged ? 'There are unsaved changes.' : 'Everything is saved.'}
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={reset} disabled={!isChanged}>
              Undo
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isChanged}>
              Save
            </Button>
          </Group>
        </Group>
      </Paper>
      <Unsaved when={isChanged} />
    </form>
  );
}
