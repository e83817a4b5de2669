import { type Finding, InvalidDocumentError } from '../document/errors.js';
import { type JsonObject, member } from '../document/json.js';
import { recognizeOtherFormat } from './recognize.js';

/** The supported versions of the standard. */
export type StandardVersion = '3.0' | '3.1' | '3.2';

/**
 * Returns the version in a document's `openapi` field (OAS 3.1.1, section 4.8.1). An unquoted `3.1`, which YAML reads as a number, is accepted.
 *
 * @throws {InvalidDocumentError} `unsupported_version`; `other_format` or `wrapped_document` if the document is recognized as something else
 */
export function recognizeVersion(json: JsonObject): StandardVersion {
  const version = versionField(json, 'openapi');
  const [recognized] = /^3\.[012](?=[.-]|$)/.exec(version === '3' ? '3.0' : version) ?? [];
  if (recognized !== undefined) return recognized as StandardVersion;
  throw new InvalidDocumentError([unsupported(json, version)]);
}

function versionField(json: JsonObject, name: string): string {
  const stated = member(json, name);
  if (typeof stated === 'number') return Number.isInteger(stated) ? `${stated}.0` : String(stated);
  return typeof stated === 'string' ? stated : '';
}

function unsupported(json: JsonObject, openapi: string): Finding {
  const code = 'unsupported_version';
  if (openapi !== '') {
    const message = `OpenAPI ${openapi} is not supported; use 3.0, 3.1 or 3.2`;
    return { code, message, pointer: '/openapi' };
  }
  const field = ['swagger', 'swaggerVersion'].find((name) => versionField(json, name) !== '');
  if (field !== undefined) {
    const message = `Swagger ${versionField(json, field)} is not supported; convert the document to OpenAPI 3`;
    return { code, message, pointer: `/${field}` };
  }
  const message = 'the document does not state its version of OpenAPI; add a field such as "openapi": "3.1.0"';
  return recognizeOtherFormat(json) ?? { code, message, pointer: '' };
}
