import { type ErrorObject } from 'ajv';
import { type ArgumentFinding, argumentName } from '../document/errors.js';
import { dateTimeDeviation } from '../formats/date-time.js';

/** Returns a notice for each rejected date-time that only lacks its offset, or has a space instead of `T`. @param errors `verbose` errors */
export function dateTimeNotices(errors: readonly ErrorObject[]): ArgumentFinding[] {
  const notices = new Map<string, ArgumentFinding>();
  for (const { keyword, instancePath: pointer, params, data } of errors) {
    if (keyword !== 'format' || (params as { format: string }).format !== 'date-time') continue;
    const deviation = dateTimeDeviation(String(data));
    if (deviation === undefined) continue;
    const message = `${argumentName(pointer)} is not a date-time of RFC 3339, because it has ${deviation}; it was sent as given`;
    notices.set(pointer, { pointer, message });
  }
  return [...notices.values()];
}
