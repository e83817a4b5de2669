import type { Schema } from '../api/types';
import { HIDDEN, fromStored, type Draft } from '../authentication/draft';
import { LABELS } from '../authentication/labels';
import { toBody } from '../authentication/schema-body';
import type { Action } from '../queries/actions';

export type Server = Schema<'ServerDto'>;

/** A server of the document and values of its variables, as the inputs of the form hold them. */
export interface ServerDraft {
  index: number;
  /** Values by name; a variable without one has its default. */
  variables: Record<string, string>;
}

/** A stored secret, which has to be typed again. */
export interface StoredSecret {
  /** Its field, as errors of the API name it. */
  field: string;
  label: string;
}

export function toDraft({ servers, server_variables }: Action): ServerDraft {
  const index = (servers ?? []).findIndex(({ selected }) => selected);
  return { index: Math.max(index, 0), variables: server_variables };
}

/** Whether the document leaves something to choose. */
export function hasChoice({ servers }: Action): boolean {
  return (servers ?? []).some(({ variables }, index) => index > 0 || Object.keys(variables).length > 0);
}

/** The values of the variables that a server has. */
export function valuesOf({ variables }: Server, chosen: Record<string, string>): [name: string, value: string][] {
  return Object.entries(variables).map(([name, variable]) => [name, chosen[name] ?? variable.default ?? '']);
}

/** The URL of a server with these values. */
export function resolvedUrl(server: Server, chosen: Record<string, string>): string {
  const values = new Map(valuesOf(server, chosen));
  const valueOf = (name: string) => values.get(name) || server.variables[name]?.default;
  return server.url.replaceAll(/\{([^{}]*)\}/g, (text, name: string) => valueOf(name) ?? text);
}

/** The stored secrets of a schema. */
export function storedSecrets(auth: Action['auth']): StoredSecret[] {
  const draft = fromStored(auth);
  const fields = (['api_key', 'username', 'password', 'client_secret'] as const).filter(
    (name) => draft[name] === HIDDEN,
  );
  const headers = draft.token_headers.filter(({ value }) => value === HIDDEN);
  return [
    ...fields.map((field) => ({ field, label: LABELS[field] ?? field })),
    ...headers.map(({ name }) => ({ field: `token_headers/${name}`, label: `Token request header ${name}` })),
  ];
}

/** Returns the request body of a change of the server. @param secrets typed values of the stored secrets, by field */
export function toChange(
  { auth, suggested_auth, servers }: Action,
  { index, variables }: ServerDraft,
  secrets: Record<string, string>,
): Schema<'UpdateActionDto'> {
  const server = servers?.[index];
  const chosen = server ? valuesOf(server, variables) : [];
  const isDefault = (name: string, value: string) => value === '' || value === server?.variables[name]?.default;
  return {
    // The first server is the default, also of a document that is imported later.
    server_url: index === 0 ? null : server?.url,
    server_variables: Object.fromEntries(chosen.filter(([name, value]) => !isDefault(name, value))),
    ...(Object.keys(secrets).length > 0 && { auth: toBody(withSecrets(fromStored(auth), secrets), suggested_auth) }),
  };
}

function withSecrets(draft: Draft, secrets: Record<string, string>): Draft {
  const headers = draft.token_headers.map((pair) => ({
    ...pair,
    value: secrets[`token_headers/${pair.name}`] ?? pair.value,
  }));
  return { ...draft, ...secrets, token_headers: headers };
}
