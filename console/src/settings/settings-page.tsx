import { Button, Group, Paper, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { UnsavedChanges } from '../navigation/unsaved-changes';
import { useSession } from '../queries/session';
import { tenantQueries, type Tenant } from '../queries/tenants';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { SettingsSections } from './settings-sections';
import { useSettingsForm } from './use-settings-form';

/** The tenant's settings. */
export default function SettingsPage() {
  const tenantId = useSession()?.tenant_id ?? '';
  const tenant = useQuery({ ...tenantQueries.detail(tenantId), refetchOnWindowFocus: false });
  return (
    <>
      <PageTitle title="Settings" description="These apply to the whole tenant." />
      <QueryView query={tenant} height={400}>
        {(data) => <Form tenant={data} />}
      </QueryView>
    </>
  );
}

function Form({ tenant }: { tenant: Tenant }) {
  const form = useSettingsForm(tenant);
  const { error, errors, isChanged, isSaving, reset, save } = form;
  useEffect(() => {
    // Screen readers announce the first invalid field.
    if (error) document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [error]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(() => notifications.show({ message: 'Settings saved.' }));
      }}
      noValidate
      style={{ maxWidth: 720 }}
    >
      <SettingsSections form={form} />
      {error && Object.keys(errors).length === 0 && <Failure error={error} />}
      <Paper withBorder p="sm" mt="md" pos="sticky" bottom={8} shadow="sm">
        <Group justify="space-between">
          <Text size="sm" c="dimmed" component="output">
            {isChanged ? 'Unsaved changes' : 'All changes saved'}
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={reset} disabled={!isChanged}>
              Discard
            </Button>
            <Button type="submit" loading={isSaving} disabled={!isChanged}>
              Save
            </Button>
          </Group>
        </Group>
      </Paper>
      <UnsavedChanges when={isChanged} />
    </form>
  );
}
