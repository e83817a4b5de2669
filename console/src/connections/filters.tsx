import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { Filter } from './filter';
import { useActions, useGpts } from './queries';
import { STATUS_WORDS } from './status';

const STATUSES = Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label }));

interface FiltersProps {
  filter: Filter;
  change: (changes: Filter) => void;
}

/** Whose connections, to what, in which status. */
export function Filters({ filter, change }: FiltersProps) {
  const gpts = useGpts();
  const actions = useActions(filter.gpt_id);
  const gptOptions = (gpts.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const actionOptions = (actions.data ?? []).map(({ id, title, domain }) => ({
    value: id,
    label: `${title} (${domain})`,
  }));
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Group component="search" align="flex-end" gap="sm" mb="md">
      <UserField user={filter.user_prefix ?? ''} change={(start) => change({ user_prefix: start })} />
      <Select
        label="GPT"
        placeholder="All GPTs"
        data={withUnknown(gptOptions, filter.gpt_id)}
        value={filter.gpt_id ?? null}
        onChange={(value) => change({ gpt_id: value ?? undefined, action_id: undefined })}
        {...CHOICE}
      />
      <Select
        label="Action"
        placeholder={filter.gpt_id || filter.action_id ? 'All actions' : 'Choose a GPT first'}
        disabled={!filter.gpt_id && !filter.action_id}
        data={withUnknown(actionOptions, filter.action_id)}
        value={filter.action_id ?? null}
        onChange={(value) => change({ action_id: value ?? undefined })}
        {...CHOICE}
      />
      <Select
        label="Status"
        placeholder="Any status"
        data={STATUSES}
        value={filter.status ?? null}
        onChange={(value) => change({ status: value ?? undefined })}
        {...CHOICE}
        searchable={false}
      />
      {isFiltered && (
        <Button
          variant="subtle"
          onClick={() => change({ user_prefix: undefined, gpt_id: undefined, action_id: undefined, status: undefined })}
        >
          Clear filters
        </Button>
      )}
    </Group>
  );
}

const CHOICE = {
  clearable: true,
  searchable: true,
  limit: 100,
  nothingFoundMessage: 'None',
  w: { base: '100%', xs: 200 },
} as const;

/** Searches once who types stops for a moment, for all users whose id begins so. */
function UserField({ user, change }: { user: string; change: (user: string | undefined) => void }) {
  const [text, setText] = useState(user);
  const [known, setKnown] = useState(user);
  // The address has changed: by what was typed here, or by a link.
  if (user !== known) {
    setKnown(user);
    setText(user);
  }
  const search = useDebouncedCallback((value: string) => change(value || undefined), 300);
  return (
    <TextInput
      label="User"
      placeholder="How their id begins"
      value={text}
      maxLength={255}
      spellCheck={false}
      autoComplete="off"
      w={{ base: '100%', xs: 240 }}
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        search(value);
      }}
    />
  );
}

interface Option {
  value: string;
  label: string;
}

/** What an address names and no list has (yet) is shown by its id. */
function withUnknown(options: Option[], value: string | undefined): Option[] {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return isKnown ? options : [...options, { value, label: value }];
}
