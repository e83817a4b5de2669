import type { FieldError } from '../../common/index.js';
import type { LineFailure } from './connection-import.entity.js';
import type { ImportResult } from './connection-importer.js';

const FIELDS = [
  'action_id',
  'user',
  'access_token',
  'refresh_token',
  'expires_at',
  'scope',
  'token_type',
  'values',
  'replace',
];

/** Returns the failure of a line; `undefined` if its tokens were stored or skipped. */
export function failureOf(line: number, result: ImportResult): LineFailure | undefined {
  if (result.status !== 'failed') return undefined;
  if (result.code === 'not_found') return { line, code: result.code, pointer: '/action_id' };
  return invalidLine(line, result.errors);
}

/** Returns the failure of a line with invalid fields. Only fields of the API are named: other names may be data. */
export function invalidLine(line: number, errors: readonly FieldError[]): LineFailure {
  const field = errors[0]?.pointer.split('/')[1] ?? '';
  return { line, code: 'invalid_request', ...(FIELDS.includes(field) && { pointer: `/${field}` }) };
}
