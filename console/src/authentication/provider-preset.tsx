import { Anchor, Button, List, NativeSelect, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { providerQueries, type Provider } from '../queries/providers';
import { Failure } from '../ui/failure';
import { useForm } from './form-context';
import { changesFromPreset, defaultValues } from './presets';

/** Fills the form with the settings of a known provider. */
export function ProviderPreset() {
  const { action, draft, set } = useForm();
  const providers = useQuery(providerQueries.list());
  const suggested = useQuery(providerQueries.suggested(action.domain)).data ?? [];
  const [provider, setProvider] = useState<Provider | null>(null);
  const [values, setValues] = useState<Record<string, string>>({});
  const [isFilled, setFilled] = useState(false);
  const fill = (preset: Provider, given: Record<string, string>) => {
    set(changesFromPreset(preset, given, draft));
    setFilled(true);
  };
  const choose = (id: string | null) => {
    const chosen = providers.data?.find((each) => each.id === id) ?? null;
    setProvider(chosen);
    setFilled(false);
    if (!chosen) return;
    setValues(defaultValues(chosen));
    if (chosen.variables.length === 0) fill(chosen, {});
  };
  if (providers.error) return <Failure error={providers.error} retry={() => void providers.refetch()} />;
  return (
    <Stack gap="xs">
      <Select
        label="Provider"
        description="Fills in the settings of a known provider."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        placeholder={providers.isPending ? 'Loading…' : 'Search providers'}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear the provider' }}
        nothingFoundMessage="Unknown provider. Enter its URLs below."
        data={optionsOf(providers.data ?? [], suggested, action.domain)}
        value={provider?.id ?? null}
        onChange={choose}
      />
      {provider && (
        <PresetDetails
          provider={provider}
          values={values}
          setValue={(name, value) => setValues({ ...values, [name]: value })}
          fill={() => fill(provider, values)}
          isFilled={isFilled}
        />
      )}
    </Stack>
  );
}

function optionsOf(known: Provider[], suggested: string[], domain: string) {
  const items = known.map(({ id, name }) => ({ value: id, label: name }));
  const first = items.filter(({ value }) => suggested.includes(value));
  if (first.length === 0) return items;
  const others = items.filter(({ value }) => !suggested.includes(value));
  return [
    { group: `Suggested for ${domain}`, items: first },
    { group: 'All providers', items: others },
  ];
}

interface PresetDetailsProps {
  provider: Provider;
  values: Record<string, string>;
  setValue: (name: string, value: string) => void;
  fill: () => void;
  isFilled: boolean;
}

function PresetDetails({ provider, values, setValue, fill, isFilled }: PresetDetailsProps) {
  const { name, notes, variables, documentation_url } = provider;
  const isMissing = variables.some((variable) => !values[variable.name]?.trim());
  return (
    <Paper withBorder p="sm" component="section" aria-label={`About ${name}`}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {variables.map((variable) => (
            <VariableField
              key={variable.name}
              variable={variable}
              value={values[variable.name] ?? ''}
              setValue={(value) => setValue(variable.name, value)}
            />
          ))}
        </SimpleGrid>
        {variables.length > 0 && (
          <Button variant="default" w="fit-content" disabled={isMissing} onClick={fill}>
            {`Fill in ${name}`}
          </Button>
        )}
        <Text component="output" display="block" size="sm">
          {isFilled
            ? `Settings of ${name} filled in. Add your client ID and secret, and choose the scopes that your operations need.`
            : `Enter the values of your account, then fill in the settings of ${name}.`}
        </Text>
        <List size="sm" spacing={4}>
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
        <Anchor href={documentation_url} target="_blank" rel="noreferrer" size="sm" underline="always" w="fit-content">
          {`Documentation of ${name} (new tab)`}
        </Anchor>
      </Stack>
    </Paper>
  );
}

interface VariableFieldProps {
  variable: Provider['variables'][number];
  value: string;
  setValue: (value: string) => void;
}

function VariableField({ variable, value, setValue }: VariableFieldProps) {
  const { name, description, example, enum: values } = variable;
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  const props = { label, description, value };
  if (values)
    return <NativeSelect {...props} data={values} onChange={(event) => setValue(event.currentTarget.value)} />;
  return (
    <TextInput
      {...props}
      placeholder={example}
      spellCheck={false}
      onChange={(event) => setValue(event.currentTarget.value)}
    />
  );
}
