import { Group, Radio, Select, SimpleGrid, Switch } from '@mantine/core';
import { RadioField, SelectField, TextField } from './fields';
import { useField, useForm } from './form-state';
import { More } from './more';
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
  basic:
    'Sent as Authorization: Basic. A text such as user:password is encoded; one that is encoded already is sent as it is.',
  bearer: 'Sent as Authorization: Bearer.',
  custom: 'Sent in the header that you name.',
};

/** One key for all users, or one of each user's own. */
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
          help="The header that the API reads the key from."
        />
      )}
      {isInQuery && (
        <TextField name="parameter_name" placeholder="api_key" help="The parameter that the API reads the key from." />
      )}
      <Credentials />
      <More isOpen={isMoreOpen} setOpen={setMoreOpen}>
        <SelectField
          name="location"
          options={LOCATIONS}
          help="Prefer a header where the API takes one: addresses are written into logs on their way."
        />
        {draft.auth_type === 'basic' && !isInQuery && !draft.per_user && <BasicChoice />}
        <OwnKeys />
      </More>
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
  const help = draft.location === 'query' ? 'Sent in the query parameter that you name.' : KEY_HELP[draft.auth_type];
  return <SecretField name="api_key" help={help} />;
}

function BasicChoice() {
  const { draft, set } = useForm();
  return (
    <Radio.Group
      label="Basic credentials are given as"
      value={draft.basic}
      onChange={(value) => set({ basic: value as 'key' | 'pair' })}
    >
      <Group gap="lg" my={4}>
        <Radio value="key" label="One text" />
        <Radio value="pair" label="User name and password" />
      </Group>
    </Radio.Group>
  );
}

function OwnKeys() {
  const { action, draft, set } = useForm();
  const {
    label,
    inputWrapperOrder: _,
    ...perUser
  } = useField('per_user', 'The sign-in page asks each user for theirs; no shared key is stored here.');
  const operations = action.operations.map(({ operation_id, method, path }) => ({
    value: operation_id,
    label: `${operation_id} (${method} ${path})`,
  }));
  const check = useField(
    'check_operation',
    'Called with a user’s key before it is kept, to tell whether it is good. Choose one without required parameters.',
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
          placeholder="None: keys are kept as they are given"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Choose no check operation' }}
          onChange={(value) => set({ check_operation: value ?? '' })}
        />
      )}
    </>
  );
}
