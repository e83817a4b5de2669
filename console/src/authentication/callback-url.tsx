import { Button, Group, TextInput, VisuallyHidden } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useRef } from 'react';
import { useField, useForm } from './form-state';

/** What to register at the provider. It is the action's own from the start, and no edit changes it. */
export function CallbackUrl() {
  const { action } = useForm();
  const { copied, copy, error } = useClipboard({ timeout: 2500 });
  const input = useRef<HTMLInputElement>(null);
  const help = 'Register this as the redirect URI of your client at the provider, exactly as it is. It never changes.';
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        {...useField('callback_url', help)}
        ref={input}
        flex="1 1 260px"
        readOnly
        value={action.callback_url}
        classNames={{ input: 'mono' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="default"
        mt={{ base: 0, sm: 25 }}
        miw={92}
        aria-label={copied ? undefined : 'Copy the callback URL'}
        onClick={() => {
          copy(action.callback_url);
          if (!('clipboard' in navigator)) input.current?.select();
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
      <VisuallyHidden component="output">
        {copied && 'The callback URL is copied'}
        {error && 'The browser does not copy here: select the text and copy it'}
      </VisuallyHidden>
    </Group>
  );
}
