import { Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';

interface JsonFieldProps {
  label: string;
  description?: string;
  error?: ReactNode;
  placeholder?: string;
  withAsterisk?: boolean;
  minRows?: number;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Is told whether the text can be read. */
  onBroken?: (isBroken: boolean) => void;
}

/** A value as JSON text; what cannot be read yet is kept, and said. */
export function JsonField({ value, onChange, onBroken, error, description, minRows = 3, ...field }: JsonFieldProps) {
  const [draft, setDraft] = useState<string>();
  const [mistake, setMistake] = useState<string>();
  const write = (text: string) => {
    setDraft(text);
    try {
      onChange(text.trim() === '' ? undefined : (JSON.parse(text) as unknown));
      setMistake(undefined);
      onBroken?.(false);
    } catch (failure) {
      setMistake(`This is not JSON: ${(failure as Error).message}`);
      onBroken?.(true);
    }
  };
  return (
    <Textarea
      {...field}
      description={description ?? 'As JSON'}
      error={mistake ?? error}
      autosize
      minRows={minRows}
      maxRows={20}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '13px' } }}
      value={draft ?? (value === undefined ? '' : JSON.stringify(value, null, 2))}
      onChange={(event) => write(event.currentTarget.value)}
      onBlur={() => mistake === undefined && setDraft(undefined)}
    />
  );
}
