import { type Finding, InvalidDocumentError } from '../document/errors.js';
import { type JsonObject, member } from '../document/json.js';
import { foreignValue } from './recognize.js';

/** The versions that the standard has a schema for. */
export type StandardVersion = '3.0' | '3.1' | '3.2';

/**
 * The version that a document says it is written in (`openapi`, OAS 3.1.1 section 4.8.1). YAML reads an unquoted `3.1` as
 * a number; that is understood too.
 *
 * @throws {InvalidDocumentError} `unsupported_version`, naming what the document says; `other_format` or `wrapped_document` where it says
 *   nothing but is known to be something else
 */
export function recognizeVersion(json: JsonObject): StandardVersion {
  const version = statedVersion(json, 'openapi');
  const [recognized] = /^3\.[012](?=[.-]|$)/.exec(version === '3' ? '3.0' : version) ?? [];
  if (recognized !== undefined) return recognized as StandardVersion;
  throw new InvalidDocumentError([unsupported(json, version)]);
}

function statedVersion(json: JsonObject, name: string): string {
  const stated = member(json, name);
  if (typeof stated === 'number') return Number.isInteger(stated) ? `${stated}.0` : String(stated);
  return typeof stated === 'string' ? stated : '';
}

function unsupported(json: JsonObject, openapi: string): Finding {
  const code = 'unsupported_version';
  if (openapi !== '') {
    return { code, message: `OpenAPI ${openapi} is not supported; 3.0, 3.1 and 3.2 are`, pointer: '/openapi' };
  }
  const field = ['swagger', 'swaggerVersion'].find((name) => statedVersion(json, name) !== '');
  if (field !== undefined) {
    const message = `this is a document of Swagger ${statedVersion(json, field)}, which is not supported; convert it to OpenAPI 3, as editor.swagger.io and swagger2openapi do`;
    return { code, message, pointer: `/${field}` };
  }
  const message = 'the document does not say which version of OpenAPI it is written in, as "openapi": "3.1.0" would';
  return foreignValue(json) ?? { code, message, pointer: '' };
}
