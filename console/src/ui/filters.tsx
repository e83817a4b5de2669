import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';

const DEBOUNCE_MS = 300;
const MAX_OPTIONS = 100;

/** The filters of a list, in a row above it. */
export function FilterBar({ clear, children }: { clear: (() => void) | undefined; children: ReactNode }) {
  return (
    <Group component="search" align="flex-end" gap="sm" mb="md">
      {children}
      {clear && (
        <Button variant="subtle" onClick={clear}>
          Clear filters
        </Button>
      )}
    </Group>
  );
}

interface FilterTextProps {
  label: string;
  placeholder?: string;
  value: string | undefined;
  change: (value: string) => void;
  width?: number;
}

/** A text to filter by. It is applied when the user pauses typing, or presses Enter. */
export function FilterText({ label, placeholder, value = '', change, width = 190 }: FilterTextProps) {
  const [text, setText] = useState(value);
  const [applied, setApplied] = useState(value);
  if (applied !== value) {
    // The filter was changed elsewhere, such as by "Clear filters".
    setApplied(value);
    setText(value);
  }
  const apply = useDebouncedCallback(change, DEBOUNCE_MS);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={text}
      maxLength={255}
      spellCheck={false}
      autoComplete="off"
      w={{ base: '100%', xs: width }}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        apply(currentTarget.value.trim());
      }}
      onKeyDown={({ key }) => key === 'Enter' && apply.flush()}
    />
  );
}

export interface Option {
  value: string;
  label: string;
}

interface FilterSelectProps {
  label: string;
  placeholder: string;
  options: Option[];
  value: string | undefined;
  change: (value: string | undefined) => void;
  disabled?: boolean;
}

/** A choice to filter by. A value that is not among the options, or not yet, is shown as it is. */
export function FilterSelect({ label, placeholder, options, value, change, disabled }: FilterSelectProps) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={isKnown ? options : [...options, { value, label: value }]}
      value={value ?? null}
      onChange={(next) => change(next ?? undefined)}
      disabled={disabled}
      clearable
      searchable
      limit={MAX_OPTIONS}
      nothingFoundMessage="No match"
      w={{ base: '100%', xs: 190 }}
    />
  );
}
