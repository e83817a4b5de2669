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
  /** Called with whether the text is invalid JSON. */
  onInvalid?: (isInvalid: boolean) => void;
}

/** An input for a value as JSON. Invalid text is kept, with an error message. */
export function JsonField({ value, onChange, onInvalid, error, description, minRows = 3, ...field }: JsonFieldProps) {
  const [draft, setDraft] = useState<string>();
  const [syntaxError, setSyntaxError] = useState<string>();
  const write = (text: string) => {
    setDraft(text);
    try {
      onChange(text.trim() === '' ? undefined : (JSON.parse(text) as unknown));
      setSyntaxError(undefined);
      onInvalid?.(false);
    } catch (failure) {
      setSyntaxError(`Invalid JSON: ${(failure as Error).message}`);
      onInvalid?.(true);
    }
  };
  return (
    <Textarea
      {...field}
      description={description ?? 'As JSON'}
      error={syntaxError ?? error}
      autosize
      minRows={minRows}
      maxRows={20}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      value={draft ?? (value === undefined ? '' : JSON.stringify(value, null, 2))}
      onChange={(event) => write(event.currentTarget.value)}
      onBlur={() => syntaxError === undefined && setDraft(undefined)}
    />
  );
}
