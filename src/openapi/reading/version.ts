import { InvalidDocumentError } from '../errors.js';
import { type JsonObject, member } from '../json.js';

/** The versions that the standard has a schema for. */
export type StandardVersion = '3.0' | '3.1' | '3.2';

/**
 * The version that a document says it is written in (`openapi`, OAS 3.1.1 section 4.8.1). YAML reads an unquoted `3.1` as
 * a number; that is understood too.
 *
 * @throws {InvalidDocumentError} `unsupported_version`, naming what the document says
 */
export function recognizeVersion(json: JsonObject): StandardVersion {
  const version = statedVersion(json, 'openapi');
  const [recognized] = /^3\.[012](?=[.-]|$)/.exec(version === '3' ? '3.0' : version) ?? [];
  if (recognized !== undefined) return recognized as StandardVersion;
  throw new InvalidDocumentError([unsupported(version, statedVersion(json, 'swagger'))]);
}

function statedVersion(json: JsonObject, name: 'openapi' | 'swagger'): string {
  const stated = member(json, name);
  return typeof stated === 'number' || typeof stated === 'string' ? String(stated) : '';
}

function unsupported(openapi: string, swagger: string) {
  const code = 'unsupported_version';
  if (openapi !== '') {
    return { code, message: `OpenAPI ${openapi} is not supported; 3.0, 3.1 and 3.2 are`, pointer: '/openapi' };
  }
  if (swagger !== '') {
    return { code, message: `Swagger ${swagger} is not supported; OpenAPI 3.0, 3.1 and 3.2 are`, pointer: '/swagger' };
  }
  const message = 'the document does not say which version of OpenAPI it is written in, as "openapi": "3.1.0" would';
  return { code, message, pointer: '' };
}
