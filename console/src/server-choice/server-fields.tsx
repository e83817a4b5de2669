import { Select, TextInput } from '@mantine/core';
import type { Action } from '../queries/actions';
import { valuesOf, type Server, type ServerDraft } from './server-draft';

interface ServerFieldsProps {
  servers: readonly Server[];
  draft: ServerDraft;
  change: (draft: ServerDraft) => void;
  auth: Action['auth'];
  /** Messages by pointer into the request. */
  errors: Record<string, string>;
}

/** The servers of the document, and the variables of the chosen one. */
export function ServerFields({ servers, draft, change, auth, errors }: ServerFieldsProps) {
  const server = servers[draft.index];
  const connectionValues = 'connection_values' in auth ? (auth.connection_values ?? []) : [];
  const ofConnection = connectionValues.map(({ name }) => `{connection.${name}}`);
  const set = (name: string, value: string) => change({ ...draft, variables: { ...draft.variables, [name]: value } });
  return (
    <>
      <Select
        label="Server"
        description="The document’s servers. Operations with servers of their own are called at the same host only."
        data={servers.map(({ url, description }, index) => ({
          value: String(index),
          label: description ? `${url} (${description})` : url,
        }))}
        value={String(draft.index)}
        allowDeselect={false}
        error={errors['server_url']}
        onChange={(index) => change({ index: Number(index), variables: {} })}
      />
      {server &&
        valuesOf(server, draft.variables).map(([name, value]) => (
          <VariableField
            key={`${draft.index} ${name}`}
            name={name}
            variable={server.variables[name]}
            value={value}
            ofConnection={ofConnection}
            error={errors[`server_variables/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`]}
            change={(chosen) => set(name, chosen)}
          />
        ))}
    </>
  );
}

interface VariableFieldProps {
  name: string;
  variable: Server['variables'][string] | undefined;
  value: string;
  /** Placeholders for values of each user's connection. */
  ofConnection: readonly string[];
  error?: string;
  change: (value: string) => void;
}

function VariableField({ name, variable, value, ofConnection, error, change }: VariableFieldProps) {
  const props = { label: name, description: variable?.description, error, value };
  if (variable?.enum) {
    const options = [...new Set([...variable.enum, ...ofConnection, ...(value === '' ? [] : [value])])];
    return <Select {...props} data={options} allowDeselect={false} onChange={(chosen) => change(chosen ?? '')} />;
  }
  return (
    <TextInput
      {...props}
      placeholder={variable?.default ?? undefined}
      maxLength={255}
      spellCheck={false}
      autoCapitalize="none"
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
