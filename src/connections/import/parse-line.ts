import { findDuplicateKeys, type JsonObject } from '@countersign/openapi';
import { parse } from 'secure-json-parse';
import { checkInput, type FieldError } from '../../common/index.js';
import { CreateConnectionDto } from './create-connection.dto.js';

/** A line that was read, or why it cannot be imported. */
export type ParsedLine =
  | { tokens: CreateConnectionDto }
  | { code: 'invalid_json' }
  | { code: 'invalid_request'; errors: readonly FieldError[] };

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Returns whether a line has nothing but white space. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}

/** Parses one line of an import, and checks everything that can be checked without the database. */
export function parseLine(bytes: Uint8Array): ParsedLine {
  let text: string;
  let parsed: unknown;
  try {
    text = UTF_8.decode(bytes);
    parsed = parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    // The message may quote the line.
    return { code: 'invalid_json' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { code: 'invalid_json' };
  const { value: tokens, errors } = checkInput(CreateConnectionDto, parsed);
  const all = [...errors, ...(errors.length > 0 ? [] : duplicates(text, parsed as JsonObject))];
  return all.length > 0 ? { code: 'invalid_request', errors: all } : { tokens };
}

/** Returns an error for duplicate keys. The names are not quoted. */
function duplicates(text: string, parsed: JsonObject): FieldError[] {
  const isFlat = Object.values(parsed['values'] ?? {}).every((value) => typeof value === 'string');
  if (!isFlat) return [{ pointer: '/values', message: 'values must be strings' }];
  const found = findDuplicateKeys(text, parsed);
  return found.length === 0 ? [] : [{ pointer: '', message: 'a key is duplicated' }];
}
