import { TextInput } from '@mantine/core';
import type { AuditFilter } from '../queries/audit-events';
import { FilterBar, FilterSelect, FilterText } from '../ui/filters';

/** Prefixes of event types, as the API takes them. */
const TYPES = [
  { value: 'action.*', label: 'Actions' },
  { value: 'audit.*', label: 'Audit exports' },
  { value: 'connection.*', label: 'Connections' },
  { value: 'connections.*', label: 'Bulk disconnects' },
  { value: 'console_session.*', label: 'Console sessions' },
  { value: 'gpt.*', label: 'GPTs' },
  { value: 'key.*', label: 'Keys' },
  { value: 'sign_in.*', label: 'Sign-ins' },
  { value: 'tenant.*', label: 'Tenant' },
  { value: 'vault.*', label: 'Vault' },
];

interface AuditFiltersProps {
  filter: Omit<AuditFilter, 'tenant_id'>;
  change: (changes: AuditFilter) => void;
}

export function AuditFilters({ filter, change }: AuditFiltersProps) {
  const isFiltered = Object.keys(filter).length > 0;
  const clear = () => change({ type: '', actor: '', target_id: '', since: '', until: '' });
  return (
    <FilterBar clear={isFiltered ? clear : undefined}>
      <FilterSelect
        label="Type"
        placeholder="All types"
        options={TYPES}
        value={filter.type}
        change={(type) => change({ type })}
      />
      <FilterText
        label="Actor"
        placeholder="A key or user id"
        value={filter.actor}
        change={(actor) => change({ actor })}
      />
      <FilterText
        label="Target"
        placeholder="Any id"
        value={filter.target_id}
        change={(target) => change({ target_id: target })}
      />
      <TimeField label="From" value={filter.since} change={(since) => change({ since })} />
      <TimeField label="To" value={filter.until} change={(until) => change({ until })} />
    </FilterBar>
  );
}

interface TimeFieldProps {
  label: string;
  value: string | undefined;
  change: (value: string) => void;
}

function TimeField({ label, value = '', change }: TimeFieldProps) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value}
      onChange={({ currentTarget }) => change(currentTarget.value)}
      w={{ base: '100%', xs: 195 }}
    />
  );
}
