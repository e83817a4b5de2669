import { Button, CloseButton, Group, Input, Stack, TextInput } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { pair, type Pair, type PairsName } from './draft';
import { useField, useForm } from './form-context';

interface PairsFieldProps {
  name: PairsName;
  help: ReactNode;
  /** The name of one pair, such as "header". */
  item: string;
  placeholder?: string;
}

/** A list of names and values. */
export function PairsField({ name, help, item, placeholder }: PairsFieldProps) {
  const { draft, set } = useForm();
  const { 'data-field': _, label, inputWrapperOrder: __, ...field } = useField(name, help);
  const add = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const pairs = draft[name];
  const addOne = () => {
    const added = pair();
    flushSync(() => set({ [name]: [...pairs, added] }));
    list.current?.querySelector<HTMLElement>(`[data-pair="${added.id}"]`)?.focus();
  };
  const change = (id: number, changes: Partial<Pair>) =>
    set({ [name]: pairs.map((each) => (each.id === id ? { ...each, ...changes } : each)) });
  return (
    <Input.Wrapper
      {...field}
      label={label}
      labelElement="div"
      inputWrapperOrder={['label', 'description', 'input', 'error']}
    >
      <Stack ref={list} gap="xs" mt={6} align="flex-start">
        {pairs.map(({ id, name: key, value }, index) => (
          <Group key={id} gap="xs" wrap="nowrap" w="100%">
            <TextInput
              aria-label={`Name of ${item} ${index + 1}`}
              placeholder={placeholder ?? 'Name'}
              value={key}
              spellCheck={false}
              autoComplete="off"
              data-pair={id}
              onChange={(event) => change(id, { name: event.currentTarget.value })}
              flex={2}
            />
            <TextInput
              aria-label={`Value of ${item} ${index + 1}`}
              placeholder="Value"
              value={value}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => change(id, { value: event.currentTarget.value })}
              flex={3}
            />
            <CloseButton
              aria-label={`Remove ${item} ${index + 1}`}
              onClick={() => {
                set({ [name]: pairs.filter((each) => each.id !== id) });
                add.current?.focus();
              }}
            />
          </Group>
        ))}
        <Button ref={add} data-field={name} variant="default" size="compact-sm" onClick={addOne}>
          {`Add ${/^[aeiou]/.test(item) ? 'an' : 'a'} ${item}`}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
