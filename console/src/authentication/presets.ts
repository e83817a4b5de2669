import type { Schema } from '../api/api';
import { EMPTY, fromFields, PROVIDER_FIELDS, type Draft } from './draft';

export type Provider = Schema<'ProviderDto'>;

/** What is proposed for the variables of a provider. */
export function defaultValues({ variables }: Provider): Record<string, string> {
  return Object.fromEntries(
    variables.map(({ name, default: value, enum: values }) => [name, value ?? values?.[0] ?? '']),
  );
}

/**
 * What a preset fills in, its variables in their places. The client stays, and so do headers; what the preset does not name goes back to
 * its default, for half of one provider and half of another is none.
 */
export function filledBy({ schema }: Provider, values: Record<string, string>, draft: Draft): Partial<Draft> {
  const blank = Object.fromEntries(PROVIDER_FIELDS.map((name) => [name, EMPTY[name]]));
  const filled = fromFields(replaced(schema, values) as object);
  const headers = filled.static_headers ?? [];
  const kept = draft.static_headers.filter(({ name }) => !headers.some((each) => each.name === name));
  return { ...blank, ...filled, static_headers: [...kept, ...headers] };
}

function replaced(value: unknown, values: Record<string, string>): unknown {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (gap, name: string) => values[name]?.trim() || gap);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, values)]));
}
