import { Anchor, Button, List, NativeSelect, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { all, api, type Page } from '../api/api';
import { Failure } from '../ui/failure';
import { useForm } from './form-state';
import { defaultValues, filledBy, type Provider } from './presets';

/** Chooses a provider whose settings are known, and fills the form with them. */
export function ProviderPreset() {
  const { action, draft, set } = useForm();
  const { known, suggested } = useProviders(action.domain);
  const [provider, setProvider] = useState<Provider | null>(null);
  const [values, setValues] = useState<Record<string, string>>({});
  const [isFilled, setFilled] = useState(false);
  const fill = (preset: Provider, given: Record<string, string>) => {
    set(filledBy(preset, given, draft));
    setFilled(true);
  };
  const choose = (id: string | null) => {
    const chosen = known.data?.find((each) => each.id === id) ?? null;
    setProvider(chosen);
    setFilled(false);
    if (!chosen) return;
    setValues(defaultValues(chosen));
    if (chosen.variables.length === 0) fill(chosen, {});
  };
  if (known.error) return <Failure error={known.error} retry={() => void known.refetch()} />;
  return (
    <Stack gap="xs">
      <Select
        label="Provider"
        description="Fills in what is known of it. Leave it empty for any other."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        placeholder={known.isPending ? 'Loading…' : 'Search providers'}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Choose no provider' }}
        nothingFoundMessage="It is not among those that are known. Type its URLs below."
        data={optionsOf(known.data ?? [], suggested, action.domain)}
        value={provider?.id ?? null}
        onChange={choose}
      />
      {provider && (
        <Chosen
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

function useProviders(domain: string) {
  const known = useQuery({
    queryKey: ['providers'],
    staleTime: Infinity,
    queryFn: ({ signal }) => all<Provider>('/v1/providers', signal),
  });
  const matching = useQuery({
    queryKey: ['providers', domain],
    staleTime: Infinity,
    queryFn: ({ signal }) => api.get<Page<Provider>>(`/v1/providers?${new URLSearchParams({ domain })}`, signal),
  });
  return { known, suggested: matching.data?.data.map(({ id }) => id) ?? [] };
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

interface ChosenProps {
  provider: Provider;
  values: Record<string, string>;
  setValue: (name: string, value: string) => void;
  fill: () => void;
  isFilled: boolean;
}

function Chosen({ provider, values, setValue, fill, isFilled }: ChosenProps) {
  const { name, notes, variables, documentation_url } = provider;
  const isMissing = variables.some((variable) => !values[variable.name]?.trim());
  return (
    <Paper withBorder p="sm" component="section" aria-label={`About ${name}`}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {variables.map((variable) => (
            <Variable
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
            ? `The settings of ${name} are filled in. Add your client ID and secret, and take the scopes that your operations need.`
            : `Give what is your own, then fill in the settings of ${name}.`}
        </Text>
        <List size="sm" spacing={4}>
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
        <Anchor href={documentation_url} target="_blank" rel="noreferrer" size="sm" underline="always" w="fit-content">
          {`${name}’s own documentation (opens in a new tab)`}
        </Anchor>
      </Stack>
    </Paper>
  );
}

interface VariableProps {
  variable: Provider['variables'][number];
  value: string;
  setValue: (value: string) => void;
}

function Variable({ variable, value, setValue }: VariableProps) {
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
