import { Group, Select } from '@mantine/core';
import { useState } from 'react';
import { useTenantNames } from '../tenants/queries';
import { LateField } from './filters';

const DEPLOYMENT = { value: 'deployment', label: 'The deployment' };
const OTHER = { value: 'other', label: 'A deleted tenant …' };

interface ChainChoiceProps {
  tenantId: string | undefined;
  change: (tenantId: string) => void;
}

/** For the operator: whose events. Those of a tenant outlive it, and are found by its id. */
export function ChainChoice({ tenantId, change }: ChainChoiceProps) {
  const tenants = useTenantNames().data;
  const [isTyping, setTyping] = useState(false);
  const isUnknown = tenantId !== undefined && tenants !== undefined && !tenants.some(({ value }) => value === tenantId);
  const isOther = isTyping || isUnknown;
  return (
    <Group align="flex-end" gap="sm" mb="md">
      <Select
        label="Events of"
        data={[DEPLOYMENT, ...(tenants ?? []), OTHER]}
        value={isOther ? OTHER.value : (tenantId ?? DEPLOYMENT.value)}
        allowDeselect={false}
        searchable
        limit={100}
        nothingFoundMessage="None"
        onChange={(value) => {
          setTyping(value === OTHER.value);
          if (value) change(value === DEPLOYMENT.value || value === OTHER.value ? '' : value);
        }}
        w={{ base: '100%', xs: 300 }}
      />
      {isOther && <LateField label="The tenant's id" hint="t-…" value={tenantId} change={change} />}
    </Group>
  );
}
