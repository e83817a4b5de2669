import { type JsonObject, type Located, member, objectMember } from '@countersign/openapi';
import { readSourceAuth, type UrlNames } from './source-auth.js';
import {
  givenDocument,
  readPrivacyPolicy,
  type DocumentReference,
  type ReadSource,
  type SourceReader,
} from './import-source.js';
import { invalidImport } from './invalid-import.js';

/** LibreChat uses `client_url` for the token URL. */
const URLS: UrlNames = { authorization_url: 'authorization_url', token_url: 'client_url' };

/** An action as LibreChat stores it, for an agent or an assistant. */
export const libreChatAction: SourceReader = {
  format: 'librechat_action',

  recognizes(source: JsonObject): boolean {
    return member(objectMember(source, 'metadata'), 'raw_spec') !== undefined;
  },

  read(source: Located<JsonObject>): ReadSource {
    const metadata = metadataOf(source);
    const privacyPolicy = readPrivacyPolicy(metadata, 'privacy_policy_url');
    return { auth: readSourceAuth(metadata, URLS), ...privacyPolicy, exportedId: null };
  },

  document(source: Located<JsonObject>): DocumentReference {
    const { value, pointer: base } = metadataOf(source);
    const pointer = `${base}/raw_spec`;
    const openapi = givenDocument(member(value, 'raw_spec'));
    if (openapi !== undefined) return { source: { openapi }, pointer };
    throw invalidImport([{ pointer, message: 'raw_spec is empty; send openapi or openapi_url' }]);
  },

  notImported: () => [],
};

/** A missing `auth` means that calls need no credential. */
function metadataOf({ value, pointer }: Located<JsonObject>): Located<JsonObject> {
  const metadata = { ...objectMember(value, 'metadata') };
  return { value: { ...metadata, auth: metadata['auth'] ?? { type: 'none' } }, pointer: `${pointer}/metadata` };
}
