import { Button, Group, Modal, Radio, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { fieldMistakes } from '../api/problem';
import { useTenantNames } from '../tenants/queries';
import { Failure } from '../ui/failure';
import { useRotate, type Scope } from './queries';

/** Asks which keys, and whose. The rest goes on in the background. */
export function StartRotation({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const rotate = useRotate();
  const tenants = useTenantNames();
  const [scope, setScope] = useState<Scope>('data');
  const [tenantId, setTenantId] = useState<string | null>(null);
  const end = () => {
    rotate.reset();
    close();
  };
  return (
    <Modal opened={isOpen} onClose={end} title="Start a rotation">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rotate.mutate({ scope, tenant_id: tenantId ?? undefined }, { onSuccess: end });
        }}
      >
        <Stack>
          <Radio.Group label="Which keys" value={scope} onChange={(value) => setScope(value as Scope)}>
            <Stack gap="xs" mt={6}>
              <Radio
                value="data"
                label="Data keys"
                description="Each tenant gets a new one, and its secrets are sealed with it."
              />
              <Radio
                value="kek"
                label="Key-encryption key"
                description="Data keys are wrapped under the current one; at the end the others can be taken away."
              />
            </Stack>
          </Radio.Group>
          <Select
            label="Whose"
            placeholder="All tenants"
            clearable
            searchable
            limit={100}
            nothingFoundMessage="None"
            data={tenants.data ?? []}
            value={tenantId}
            onChange={setTenantId}
            error={fieldMistakes(rotate.error)['tenant_id']}
          />
          {rotate.error && <Failure error={rotate.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={end}>
              Cancel
            </Button>
            <Button type="submit" loading={rotate.isPending}>
              Start
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
