import { Anchor, Group, PasswordInput, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { HIDDEN, type SecretName } from './draft';
import { useField, useForm } from './form-context';
import { inSentence } from './labels';

interface SecretFieldProps {
  name: SecretName;
  help?: ReactNode;
  /** The schema is valid without it. */
  isOptional?: boolean;
}

/** A secret. A stored one is shown as `[HIDDEN]` and kept unless it is replaced. */
export function SecretField({ name, help, isOptional = false }: SecretFieldProps) {
  const { draft, stored, set } = useForm();
  const [isFocused, setFocused] = useState(false);
  const [isShown, setShown] = useState(false);
  const field = useField(name, help);
  const value = draft[name];
  const isStored = stored[name] === HIDDEN;
  const isKept = isStored && value === HIDDEN;
  return (
    <Stack gap={4}>
      <PasswordInput
        {...field}
        value={isKept && isFocused ? '' : value}
        placeholder={isKept ? 'Type to replace the stored value' : undefined}
        visible={(isKept && !isFocused) || isShown}
        onVisibilityChange={setShown}
        rightSection={isKept ? <span /> : undefined}
        visibilityToggleButtonProps={{ 'aria-label': `Show ${String(field.label)}` }}
        visibilityToggleFocusable
        autoComplete="new-password"
        spellCheck={false}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onChange={({ currentTarget }) => set({ [name]: currentTarget.value || (isKept ? HIDDEN : '') })}
      />
      {isStored && (
        <Group gap="md">
          {!isKept && <Choice onClick={() => set({ [name]: HIDDEN })}>{`Keep the stored ${inSentence(name)}`}</Choice>}
          {isKept && isOptional && (
            <Choice onClick={() => set({ [name]: '' })}>{`Remove the stored ${inSentence(name)}`}</Choice>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Choice({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Anchor component="button" type="button" size="sm" underline="always" onClick={onClick}>
      {children}
    </Anchor>
  );
}
