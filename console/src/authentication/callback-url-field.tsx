import { Group, TextInput } from '@mantine/core';
import { CopyButton } from '../ui/copy-button';
import { useField, useForm } from './form-context';

const HELP = 'Register this as the redirect URI of your client at the provider, exactly as shown. It never changes.';

/** The action's callback URL, to be registered at the provider. */
export function CallbackUrlField() {
  const { action } = useForm();
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        {...useField('callback_url', HELP)}
        flex="1 1 260px"
        readOnly
        value={action.callback_url}
        classNames={{ input: 'mono' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton text={action.callback_url} name="callback URL" mt={{ base: 0, sm: 25 }} />
    </Group>
  );
}
