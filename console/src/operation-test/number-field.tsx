import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

interface NumberFieldProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  /** A number, or text if it is not a number yet or too large for JavaScript to represent exactly. */
  value: unknown;
  isInteger: boolean;
  onChange: (value: number | string | undefined) => void;
}

const INTEGER = /^-?\d*$/;
const DECIMAL = /^-?\d*\.?\d*$/;

/** An input that accepts digits, a sign and a decimal point. The up and down arrow keys change the value by 1. */
export function NumberField({ value, isInteger, onChange, ...input }: NumberFieldProps) {
  const [typed, setTyped] = useState('');
  const write = (next: string) => {
    setTyped(next);
    onChange(valueOf(next));
  };
  const shown = valueOf(typed) === value ? typed : String(value ?? '');
  return (
    <TextInput
      {...input}
      inputMode={isInteger ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={shown}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value.trim().replace(',', '.');
        if ((isInteger ? INTEGER : DECIMAL).test(next)) write(next);
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
