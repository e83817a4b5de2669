import {
  Group,
  NativeSelect,
  Radio,
  Textarea,
  TextInput,
  type NativeSelectProps,
  type TextInputProps,
} from '@mantine/core';
import type { ReactNode } from 'react';
import type { TextName } from './draft';
import { useField, useForm } from './form-context';

interface TextFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'name' | 'label' | 'description'> {
  name: TextName;
  help?: ReactNode;
}

export function TextField({ name, help, ...props }: TextFieldProps) {
  const { draft, set } = useForm();
  return (
    <TextInput
      {...useField(name, help)}
      spellCheck={false}
      autoComplete="off"
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      {...props}
    />
  );
}

/** A text of several lines. */
export function LongTextField({ name, help, placeholder }: Pick<TextFieldProps, 'name' | 'help' | 'placeholder'>) {
  const { draft, set } = useForm();
  return (
    <Textarea
      {...useField(name, help)}
      placeholder={placeholder}
      spellCheck={false}
      autosize
      minRows={2}
      maxRows={12}
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
}

/** A URL. It is validated by the server, which knows the addresses that are allowed. */
export function UrlField(props: TextFieldProps) {
  return <TextField inputMode="url" {...props} />;
}

interface ChoiceProps {
  name: TextName;
  help?: ReactNode;
  options: { value: string; label: string }[];
}

export function RadioField({ name, help, options }: ChoiceProps) {
  const { draft, set } = useForm();
  return (
    <Radio.Group {...useField(name, help)} value={draft[name]} onChange={(value) => set({ [name]: value })}>
      <Group gap="lg" mt={4} mb={8}>
        {options.map((option) => (
          <Radio key={option.value} {...option} />
        ))}
      </Group>
    </Radio.Group>
  );
}

export function SelectField({ name, help, options, ...props }: ChoiceProps & Omit<NativeSelectProps, 'name'>) {
  const { draft, set } = useForm();
  return (
    <NativeSelect
      {...useField(name, help)}
      data={options}
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      {...props}
    />
  );
}
