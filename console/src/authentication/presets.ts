import type { Provider } from '../queries/providers';
import { EMPTY, fromFields, PROVIDER_FIELDS, type Draft } from './draft';

/** The default values of a preset's variables. */
export function defaultValues({ variables }: Provider): Record<string, string> {
  return Object.fromEntries(
    variables.map(({ name, default: value, enum: values }) => [name, value ?? values?.[0] ?? '']),
  );
}

/**
 * Returns the changes that apply a preset, with its variables replaced. The client and other headers are kept. Fields that the preset does
 * not name are reset, so that settings of two providers are never mixed.
 */
export function changesFromPreset({ schema }: Provider, values: Record<string, string>, draft: Draft): Partial<Draft> {
  const blank = Object.fromEntries(PROVIDER_FIELDS.map((name) => [name, EMPTY[name]]));
  const filled = fromFields(replaceVariables(schema, values) as object);
  const headers = filled.static_headers ?? [];
  const kept = draft.static_headers.filter(({ name }) => !headers.some((each) => each.name === name));
  return { ...blank, ...filled, static_headers: [...kept, ...headers] };
}

function replaceVariables(value: unknown, values: Record<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name]?.trim() || placeholder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaceVariables(each, values)]));
}
