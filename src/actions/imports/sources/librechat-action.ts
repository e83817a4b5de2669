import { type JsonObject, type Located, member, objectMember } from '@countersign/openapi';
import { readSourceAuth, type UrlNames } from './source-auth.js';
import {
  documentText,
  readPrivacyPolicy,
  type DocumentReference,
  type ReadSource,
  type SourceReader,
} from './import-source.js';
import { invalidImport } from './invalid-import.js';

/** LibreChat uses `client_url` for the token URL. */
const URLS: UrlNames = { authorization_url: 'authorization_url', token_url: 'client_url' };

const POINTER = '/metadata';

/** An action as LibreChat stores it, for an agent or an assistant. */
export const libreChatAction: SourceReader = {
  format: 'librechat_action',

  recognizes(source: JsonObject): boolean {
    return member(objectMember(source, 'metadata'), 'raw_spec') !== undefined;
  },

  read(source: JsonObject): ReadSource {
    const metadata = metadataOf(source);
    return { auth: readSourceAuth(metadata, URLS), ...readPrivacyPolicy(metadata, 'privacy_policy_url') };
  },

  document(source: JsonObject): DocumentReference {
    const pointer = `${POINTER}/raw_spec`;
    const text = documentText(member(metadataOf(source).value, 'raw_spec'));
    if (text !== undefined) return { source: { openapi: text }, pointer };
    throw invalidImport([{ pointer, message: 'raw_spec is empty; send openapi or openapi_url' }]);
  },
};

/** A missing `auth` means that calls need no credential. */
function metadataOf(source: JsonObject): Located<JsonObject> {
  const metadata = { ...objectMember(source, 'metadata') };
  return { value: { ...metadata, auth: metadata['auth'] ?? { type: 'none' } }, pointer: POINTER };
}
