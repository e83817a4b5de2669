import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

interface NumberFieldProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  /** Text where it is no number yet, or one with more digits than JavaScript keeps. */
  value: unknown;
  isWhole: boolean;
  onChange: (value: number | string | undefined) => void;
}

const WHOLE = /^-?\d*$/;
const DECIMAL = /^-?\d*\.?\d*$/;

/** Takes nothing but digits, a sign and a point; the arrows up and down count. */
export function NumberField({ value, isWhole, onChange, ...input }: NumberFieldProps) {
  const [typed, setTyped] = useState('');
  const write = (next: string) => {
    setTyped(next);
    onChange(valueOf(next));
  };
  const shown = valueOf(typed) === value ? typed : String(value ?? '');
  return (
    <TextInput
      {...input}
      inputMode={isWhole ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={shown}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value.trim().replace(',', '.');
        if ((isWhole ? WHOLE : DECIMAL).test(next)) write(next);
      }}
      onKeyDown={(event) => {
        const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        write(String(Number(shown || 0) + step));
      }}
    />
  );
}

function valueOf(typed: string): number | string | undefined {
  const number = typed === '' || typed.endsWith('.') ? Number.NaN : Number(typed);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : typed || undefined;
}
