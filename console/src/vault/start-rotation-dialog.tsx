import { Radio, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldErrors } from '../api/problem';
import { tenantQueries } from '../queries/tenants';
import { useStartRotation, type Rotation } from '../queries/vault';
import { Failure } from '../ui/failure';
import { FormDialog } from '../ui/form-dialog';

/** Starts a rotation, which then runs in the background. */
export function StartRotationDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const start = useStartRotation();
  const tenants = useQuery(tenantQueries.options());
  const [scope, setScope] = useState<Rotation['scope']>('data');
  const [tenantId, setTenantId] = useState<string | null>(null);
  const close = () => {
    start.reset();
    onClose();
  };
  return (
    <FormDialog
      opened={opened}
      onClose={close}
      title="Start a rotation"
      action="Start"
      onSubmit={() => start.mutate({ scope, tenant_id: tenantId ?? undefined }, { onSuccess: close })}
      isPending={start.isPending}
    >
      <Radio.Group label="Keys" value={scope} onChange={(value) => setScope(value as Rotation['scope'])}>
        <Stack gap="xs" mt={6}>
          <Radio
            value="data"
            label="Data keys"
            description="Creates a new data key for each tenant and re-encrypts its secrets."
          />
          <Radio
            value="kek"
            label="Key-encryption key"
            description="Wraps all data keys with the current key-encryption key, so that the old ones can be removed."
          />
        </Stack>
      </Radio.Group>
      <Select
        label="Tenant"
        placeholder="All tenants"
        clearable
        searchable
        limit={100}
        nothingFoundMessage="No match"
        data={tenants.data ?? []}
        value={tenantId}
        onChange={setTenantId}
        error={fieldErrors(start.error)['tenant_id']}
      />
      {start.error && <Failure error={start.error} />}
    </FormDialog>
  );
}
