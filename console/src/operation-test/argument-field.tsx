import { Fieldset, MultiSelect, Select, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { JsonField } from '../ui/json-field';
import { NumberField } from './number-field';
import { exampleOf, kindOf, propertiesOf, resolved, type JsonSchema, type Kind } from './json-schema';

interface ArgumentFieldProps {
  name: string;
  schema: JsonSchema;
  root: JsonSchema;
  isRequired: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Error messages by the path of the field, such as `body/title`. */
  errors: Record<string, string>;
  path: string;
  level?: number;
}

/** An input for one argument, chosen by its schema. An empty argument is not sent. */
export function ArgumentField(props: ArgumentFieldProps) {
  const { name, root, level = 0 } = props;
  const schema = resolved(props.schema, root);
  const kind = kindOf(schema, root, name, level);
  if (kind.kind === 'object') return <ObjectField {...props} schema={schema} />;
  return <SimpleField {...props} schema={schema} kind={kind} />;
}

/** Returns a copy of an object with one property changed, or removed if the new value is undefined. */
export function withProperty(value: unknown, name: string, next: unknown): Record<string, unknown> {
  const others = Object.entries((value ?? {}) as Record<string, unknown>).filter(([each]) => each !== name);
  return Object.fromEntries(next === undefined ? others : [...others, [name, next]]);
}

function ObjectField({ name, schema, root, isRequired, value, onChange, errors, path, level = 0 }: ArgumentFieldProps) {
  const change = (property: string, next: unknown) => {
    const changed = withProperty(value, property, next);
    onChange(Object.keys(changed).length > 0 || isRequired ? changed : undefined);
  };
  const description = schema['description'];
  return (
    <Fieldset legend={`${name}${isRequired ? ' (required)' : ''}`}>
      <Stack gap="sm">
        {typeof description === 'string' && (
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        )}
        {errors[path] && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {errors[path]}
          </Text>
        )}
        {propertiesOf(schema).map((property) => (
          <ArgumentField
            key={property.name}
            name={property.name}
            schema={property.schema}
            root={root}
            isRequired={property.isRequired}
            value={(value as Record<string, unknown> | undefined)?.[property.name]}
            onChange={(next) => change(property.name, next)}
            errors={errors}
            path={`${path}/${escapePointer(property.name)}`}
            level={level + 1}
          />
        ))}
      </Stack>
    </Fieldset>
  );
}

function SimpleField({
  name,
  schema,
  isRequired,
  value,
  onChange,
  errors,
  path,
  kind,
}: ArgumentFieldProps & { kind: Kind }) {
  const { description } = schema;
  const common = {
    label: name,
    withAsterisk: isRequired,
    'aria-required': isRequired,
    description: typeof description === 'string' ? description : undefined,
    error: errors[path],
    placeholder: shortExample(schema),
  };
  switch (kind.kind) {
    case 'text': {
      const text = {
        ...common,
        placeholder: common.placeholder ?? kind.hint,
        value: typeof value === 'string' ? value : '',
        onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value || undefined),
      };
      return kind.isLong ? (
        <Textarea autosize minRows={2} {...text} />
      ) : (
        <TextInput type={kind.isDate ? 'date' : 'text'} {...text} />
      );
    }
    case 'number':
      return <NumberField {...common} isInteger={kind.isInteger} value={value} onChange={onChange} />;
    case 'boolean':
      return <Choice common={common} values={[true, false]} value={value} onChange={onChange} />;
    case 'choice':
      return <Choice common={common} values={kind.values} value={value} onChange={onChange} />;
    case 'choices':
      return (
        <MultiSelect
          {...common}
          data={kind.values.map(String)}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(names) =>
            onChange(names.length > 0 ? kind.values.filter((each) => names.includes(String(each))) : undefined)
          }
          comboboxProps={{ withinPortal: true }}
        />
      );
    case 'list':
      return (
        <TagsInput
          {...common}
          description={common.description ?? 'Press Enter after each value.'}
          acceptValueOnBlur
          allowDuplicates
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(items) => {
            const values = kind.hasNumbers
              ? items.map((item) => (Number.isNaN(Number(item)) ? item : Number(item)))
              : items;
            onChange(values.length > 0 ? values : undefined);
          }}
        />
      );
    default:
      return <JsonField {...common} value={value} onChange={onChange} />;
  }
}

interface ChoiceProps {
  common: { label: string };
  values: unknown[];
  value: unknown;
  onChange: (value: unknown) => void;
}

function Choice({ common, values, value, onChange }: ChoiceProps) {
  return (
    <Select
      {...common}
      placeholder="Not sent"
      data={[...new Set(values.map(String))]}
      value={value === undefined ? null : String(value)}
      onChange={(name) => onChange(values.find((each) => String(each) === name))}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${common.label}` }}
    />
  );
}

function shortExample(schema: JsonSchema): string | undefined {
  const example = exampleOf(schema);
  if (example === undefined) return undefined;
  const text = typeof example === 'string' ? example : JSON.stringify(example);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Escapes a name for a JSON pointer (RFC 6901, section 3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
