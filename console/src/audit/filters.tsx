import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { Filter } from './queries';

/** Groups of types, as the API takes them. */
const GROUPS = [
  { value: 'action.*', label: 'Actions' },
  { value: 'audit.*', label: 'Audit exports' },
  { value: 'connection.*', label: 'Connections' },
  { value: 'connections.*', label: 'Connections ended together' },
  { value: 'console_session.*', label: 'Console sessions' },
  { value: 'gpt.*', label: 'GPTs' },
  { value: 'key.*', label: 'Keys' },
  { value: 'sign_in.*', label: 'Sign-ins' },
  { value: 'tenant.*', label: 'Tenant' },
  { value: 'vault.*', label: 'Vault' },
];

interface FiltersProps {
  filter: Filter;
  change: (changes: Filter) => void;
}

/** Which events. */
export function Filters({ filter, change }: FiltersProps) {
  const { type, actor, target_id: target, since, until } = filter;
  const isKnown = type === undefined || GROUPS.some(({ value }) => value === type);
  const isFiltered = [type, actor, target, since, until].some(Boolean);
  return (
    <Group component="search" align="flex-end" gap="sm" mb="md">
      <Select
        label="About"
        placeholder="Everything"
        clearable
        data={isKnown ? GROUPS : [...GROUPS, { value: type, label: type }]}
        value={type ?? null}
        onChange={(value) => change({ type: value ?? undefined })}
        w={{ base: '100%', xs: 170 }}
      />
      <LateField label="By" hint="A key or a user" value={actor} change={(value) => change({ actor: value })} />
      <LateField label="Of" hint="Any id" value={target} change={(value) => change({ target_id: value })} />
      <TextInput
        type="datetime-local"
        label="From"
        value={since ?? ''}
        onChange={({ currentTarget }) => change({ since: currentTarget.value })}
        w={{ base: '100%', xs: 200 }}
      />
      <TextInput
        type="datetime-local"
        label="To"
        value={until ?? ''}
        onChange={({ currentTarget }) => change({ until: currentTarget.value })}
        w={{ base: '100%', xs: 200 }}
      />
      {isFiltered && (
        <Button variant="subtle" onClick={() => change({ type: '', actor: '', target_id: '', since: '', until: '' })}>
          Clear filters
        </Button>
      )}
    </Group>
  );
}

interface LateFieldProps {
  label: string;
  hint: string;
  value: string | undefined;
  change: (value: string) => void;
}

/** Searches once who types stops for a moment. The API compares whole ids. */
export function LateField({ label, hint, value = '', change }: LateFieldProps) {
  const [text, setText] = useState(value);
  const search = useDebouncedCallback(change, 300);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    // Changed from elsewhere, such as by clearing the filters.
    setKnown(value);
    setText(value);
  }
  return (
    <TextInput
      label={label}
      placeholder={hint}
      value={text}
      maxLength={255}
      spellCheck={false}
      autoComplete="off"
      w={{ base: '100%', xs: 185 }}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
    />
  );
}
