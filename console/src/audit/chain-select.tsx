import { Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tenantQueries } from '../queries/tenants';
import { FilterText } from '../ui/filters';

const DEPLOYMENT = { value: 'deployment', label: 'The deployment' };
const DELETED = { value: 'deleted', label: 'A deleted tenant…' };

interface ChainSelectProps {
  tenantId: string | undefined;
  change: (tenantId: string) => void;
}

/** Chooses the chain of events that an operator sees. The events of a deleted tenant are kept, and found by its id. */
export function ChainSelect({ tenantId, change }: ChainSelectProps) {
  const tenants = useQuery(tenantQueries.options()).data;
  const [isTyping, setTyping] = useState(false);
  const isUnknown = tenantId !== undefined && tenants !== undefined && !tenants.some(({ value }) => value === tenantId);
  const isDeleted = isTyping || isUnknown;
  return (
    <Group align="flex-end" gap="sm" mb="md">
      <Select
        label="Events of"
        data={[DEPLOYMENT, ...(tenants ?? []), DELETED]}
        value={isDeleted ? DELETED.value : (tenantId ?? DEPLOYMENT.value)}
        allowDeselect={false}
        searchable
        limit={100}
        nothingFoundMessage="No match"
        onChange={(value) => {
          setTyping(value === DELETED.value);
          if (value) change(value === DEPLOYMENT.value || value === DELETED.value ? '' : value);
        }}
        w={{ base: '100%', xs: 300 }}
      />
      {isDeleted && <FilterText label="Tenant id" placeholder="t-…" value={tenantId} change={change} />}
    </Group>
  );
}
