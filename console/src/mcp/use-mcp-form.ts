import { useState } from 'react';
import { fieldErrors } from '../api/problem';
import { useSaveMcpSettings, type McpSettings, type NewMcpSettings } from '../queries/mcp';

/** The form's values: one member per setting, as its input holds it. None may be missing, because saving replaces all settings. */
export interface Fields extends Record<keyof NewMcpSettings, string | boolean> {
  enabled: boolean;
  authorization: McpSettings['authorization'];
  issuer: string;
  jwks_uri: string;
  user_claim: string;
  required_scope: string;
  login_url: string;
  /** One host per line. */
  client_hosts: string;
  confirmation: McpSettings['confirmation'];
  structured_content: boolean;
}

function fieldsOf(settings: McpSettings): Fields {
  return {
    enabled: settings.enabled,
    authorization: settings.authorization,
    issuer: settings.issuer ?? '',
    jwks_uri: settings.jwks_uri ?? '',
    user_claim: settings.user_claim,
    required_scope: settings.required_scope ?? '',
    login_url: settings.login_url ?? '',
    client_hosts: settings.client_hosts?.join('\n') ?? '',
    confirmation: settings.confirmation,
    structured_content: settings.structured_content,
  };
}

/** What is saved. Fields that the authorization does not use are hidden, and are saved as their defaults. */
function bodyOf(fields: Fields): NewMcpSettings {
  const { enabled, authorization, confirmation, structured_content } = fields;
  const hosts = fields.client_hosts.split(/[\s,]+/).filter(Boolean);
  const text = (value: string) => value.trim() || null;
  return {
    enabled,
    authorization,
    confirmation,
    structured_content,
    ...(authorization !== 'keys' && { required_scope: text(fields.required_scope) }),
    ...(authorization === 'jwt' && {
      issuer: text(fields.issuer),
      jwks_uri: text(fields.jwks_uri),
      user_claim: text(fields.user_claim) ?? undefined,
    }),
    ...(authorization === 'builtin' && {
      login_url: text(fields.login_url),
      client_hosts: hosts.length > 0 ? hosts : null,
    }),
  };
}

type TextName = { [F in keyof Fields]: string extends Fields[F] ? F : never }[keyof Fields];

/** The state of the form of a GPT's MCP settings. */
export function useMcpForm(gptId: string, settings: McpSettings) {
  const [stored, setStored] = useState(() => fieldsOf(settings));
  const [fields, setFields] = useState(stored);
  const update = useSaveMcpSettings(gptId);
  const errors = fieldErrors(update.error);
  const set = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  const save = (onSaved: () => void) =>
    update.mutate(bodyOf(fields), {
      onSuccess: (saved) => {
        setStored(fieldsOf(saved));
        setFields(fieldsOf(saved));
        onSaved();
      },
    });
  const reset = () => {
    setFields(stored);
    update.reset();
  };
  /** The props of a text input. */
  const text = (name: TextName) => ({
    value: fields[name],
    error: errors[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => set({ [name]: currentTarget.value }),
  });
  const isChanged = JSON.stringify(bodyOf(fields)) !== JSON.stringify(bodyOf(stored));
  /** The tokens of the built-in authorization server are valid as long as it is used. */
  const endsTokens = stored.authorization === 'builtin' && fields.authorization !== 'builtin';
  return {
    fields,
    set,
    text,
    save,
    reset,
    errors,
    error: update.error,
    isSaving: update.isPending,
    isChanged,
    endsTokens,
  };
}

export type McpForm = ReturnType<typeof useMcpForm>;
