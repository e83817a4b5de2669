import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Schema } from '../api/api';
import { STATUS_WORDS } from './status';

const NAMES = ['gpt_id', 'action_id', 'user', 'status'];

/** Those of an address that the list knows, and that say something. */
export function filtersIn(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...parameters].filter(([name, value]) => NAMES.includes(name) && value !== ''));
}

const STATUSES = [
  { value: '', label: 'Any' },
  ...Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label })),
];

/** Which sign-ins are shown. They stand in the address, so that a link can name them. */
export function Filters({ gpts }: { gpts: Schema<'GptDto'>[] }) {
  const [parameters, setParameters] = useSearchParams();
  const filters = filtersIn(parameters);
  const [user, setUser] = useState(filters['user'] ?? '');
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = filters;
    setParameters(value === '' ? others : { ...others, [name]: value });
  };
  const clear = () => {
    setUser('');
    setParameters({});
  };
  return (
    <form
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
        set('user', user);
      }}
    >
      <Group align="flex-end" gap="sm">
        <TextInput
          label="User"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          onBlur={() => user !== (filters['user'] ?? '') && set('user', user)}
          maxLength={255}
          autoComplete="off"
          spellCheck={false}
        />
        <NativeSelect
          label="GPT"
          value={filters['gpt_id'] ?? ''}
          onChange={(event) => set('gpt_id', event.currentTarget.value)}
          data={[{ value: '', label: 'Any' }, ...gpts.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <NativeSelect
          label="How it stands"
          value={filters['status'] ?? ''}
          onChange={(event) => set('status', event.currentTarget.value)}
          data={STATUSES}
        />
        {Object.keys(filters).length > 0 && (
          <Button variant="default" onClick={clear}>
            Clear
          </Button>
        )}
      </Group>
    </form>
  );
}
