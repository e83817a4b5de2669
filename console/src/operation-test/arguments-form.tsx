import { Stack, Tabs, Text } from '@mantine/core';
import { ArgumentField, escapePointer, withProperty } from './argument-field';
import { JsonField } from '../ui/json-field';
import { propertiesOf, type JsonSchema } from './json-schema';

export type Arguments = Record<string, unknown>;

interface ArgumentsFormProps {
  schema: JsonSchema;
  args: Arguments;
  onChange: (args: Arguments) => void;
  errors: Record<string, string>;
  /** Called with whether the arguments are being edited as invalid JSON. */
  onInvalid: (isInvalid: boolean) => void;
}

/** The arguments of a call, as a form that is generated from their schema, or as JSON. */
export function ArgumentsForm({ schema, args, onChange, errors, onInvalid }: ArgumentsFormProps) {
  const properties = propertiesOf(schema);
  if (properties.length === 0) return <Text size="sm">This operation has no arguments.</Text>;
  return (
    <Tabs defaultValue="form" keepMounted={false} onChange={() => onInvalid(false)}>
      <Tabs.List mb="md">
        <Tabs.Tab value="form">Form</Tabs.Tab>
        <Tabs.Tab value="json">JSON</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="form">
        <Stack>
          {properties.map(({ name, isRequired, schema: property }) => (
            <ArgumentField
              key={name}
              name={name}
              schema={property}
              root={schema}
              isRequired={isRequired}
              value={args[name]}
              onChange={(next) => onChange(withProperty(args, name, next))}
              errors={errors}
              path={escapePointer(name)}
            />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <JsonField
          label="Arguments"
          description="Parameters by name, and the request body as “body”."
          minRows={8}
          value={args}
          onChange={(next) => onChange(typeof next === 'object' && next !== null ? (next as Arguments) : {})}
          onInvalid={onInvalid}
        />
      </Tabs.Panel>
    </Tabs>
  );
}
