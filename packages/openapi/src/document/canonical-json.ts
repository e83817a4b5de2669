import { canonicalNumber } from '../numbers/decimal.js';
import { ExactNumber } from '../numbers/exact-number.js';
import { type JsonValue } from './json.js';

/** Serializes a value with the members of objects sorted by name, so that equal values give equal texts. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof ExactNumber) return canonicalNumber(value.literal);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value).toSorted();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(',')}}`;
}
