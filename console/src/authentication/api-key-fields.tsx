import { Group, Radio, Select, SimpleGrid, Switch } from '@mantine/core';
import { RadioField, SelectField, TextField, UrlField } from './fields';
import { useField, useForm } from './form-context';
import { MoreFields } from './more-fields';
import { SecretField } from './secret-field';
import { takesPair } from './schema-body';

const AUTH_TYPES = [
  { value: 'basic', label: 'Basic' },
  { value: 'bearer', label: 'Bearer' },
  { value: 'custom', label: 'Custom' },
];

const LOCATIONS = [
  { value: 'header', label: 'A header' },
  { value: 'query', label: 'A query parameter' },
];

const KEY_HELP: Record<string, string> = {
  basic: 'Sent as Authorization: Basic. A value such as user:password is Base64-encoded, unless it already is.',
  bearer: 'Sent as Authorization: Bearer.',
  custom: 'Sent in the custom header.',
};

/** The fields of an API key: one for all users, or one per user. */
export function ApiKeyFields({ isMoreOpen, setMoreOpen }: { isMoreOpen: boolean; setMoreOpen: (is: boolean) => void }) {
  const { draft } = useForm();
  const isInQuery = draft.location === 'query';
  return (
    <>
      <RadioField name="auth_type" options={AUTH_TYPES} />
      {draft.auth_type === 'custom' && !isInQuery && (
        <TextField
          name="custom_header_name"
          placeholder="X-Api-Key"
          help="The header that the API expects the key in."
        />
      )}
      {isInQuery && (
        <TextField
          name="parameter_name"
          placeholder="api_key"
          help="The query parameter that the API expects the key in."
        />
      )}
      <Credentials />
      <MoreFields isOpen={isMoreOpen} setOpen={setMoreOpen}>
        <SelectField
          name="location"
          options={LOCATIONS}
          help="Prefer a header if the API accepts one: URLs are often logged."
        />
        {draft.auth_type === 'basic' && !isInQuery && !draft.per_user && <BasicField />}
        <PerUserFields />
      </MoreFields>
    </>
  );
}

function Credentials() {
  const { draft } = useForm();
  if (draft.per_user) return null;
  if (takesPair(draft) && draft.basic === 'pair') {
    return (
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField name="username" />
        <SecretField name="password" />
      </SimpleGrid>
    );
  }
  const help = draft.location === 'query' ? 'Sent in the query parameter.' : KEY_HELP[draft.auth_type];
  return <SecretField name="api_key" help={help} />;
}

function BasicField() {
  const { draft, set } = useForm();
  return (
    <Radio.Group
      label="Enter Basic credentials as"
      value={draft.basic}
      onChange={(value) => set({ basic: value as 'key' | 'pair' })}
    >
      <Group gap="lg" my={4}>
        <Radio value="key" label="One value" />
        <Radio value="pair" label="Username and password" />
      </Group>
    </Radio.Group>
  );
}

function PerUserFields() {
  const { action, draft, set } = useForm();
  const {
    label,
    inputWrapperOrder: _,
    ...perUser
  } = useField('per_user', 'The sign-in page asks each user for a key. No shared key is stored.');
  const operations = action.operations.map(({ operation_id, method, path }) => ({
    value: operation_id,
    label: `${operation_id} (${method} ${path})`,
  }));
  const check = useField(
    'check_operation',
    'Called to verify a user’s key before it is stored. Choose an operation without required parameters.',
  );
  return (
    <>
      <Switch
        {...perUser}
        label={label}
        checked={draft.per_user}
        onChange={(event) => set({ per_user: event.currentTarget.checked })}
      />
      {draft.per_user && (
        <Select
          {...check}
          data={operations}
          value={draft.check_operation || null}
          placeholder="None: keys are stored unverified"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Clear the check operation' }}
          onChange={(value) => set({ check_operation: value ?? '' })}
        />
      )}
      {draft.per_user && (
        <>
          <TextField
            name="help_text"
            placeholder="Create a key under Settings, API keys."
            help="Shown on the sign-in page. Plain text of at most 500 characters."
          />
          <UrlField name="help_url" placeholder="https://…" help="The sign-in page links to it. It must be https." />
        </>
      )}
    </>
  );
}
