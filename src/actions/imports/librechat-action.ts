import { type JsonObject, type Located, member, objectMember, stringMember } from '../../openapi/index.js';
import { readAuthForm, type UrlNames } from './source-auth.js';
import { type FormDocument, type FormReader, readPrivacyPolicy, type ReadForm } from './import-source.js';
import { invalidForm } from './invalid-import.js';

/** The names as they sound: unlike OpenAI's. */
const URLS: UrlNames = { authorization_url: 'authorization_url', token_url: 'client_url' };

const POINTER = '/metadata';

/** An action as LibreChat stores it, for an agent or an assistant. */
export const libreChatAction: FormReader = {
  form: 'librechat_action',

  recognizes(form: JsonObject): boolean {
    return member(objectMember(form, 'metadata'), 'raw_spec') !== undefined;
  },

  read(form: JsonObject): ReadForm {
    const metadata = metadataOf(form);
    return { auth: readAuthForm(metadata, URLS), ...readPrivacyPolicy(metadata, 'privacy_policy_url') };
  },

  document(form: JsonObject): FormDocument {
    const pointer = `${POINTER}/raw_spec`;
    const text = stringMember(metadataOf(form).value, 'raw_spec') ?? '';
    if (text !== '') return { source: { openapi: text }, pointer };
    throw invalidForm([{ pointer, message: 'raw_spec holds no document: give openapi or openapi_url' }]);
  },
};

/** Without `auth` its calls are made without a credential. */
function metadataOf(form: JsonObject): Located<JsonObject> {
  const metadata = { ...objectMember(form, 'metadata') };
  return { value: { ...metadata, auth: metadata['auth'] ?? { type: 'none' } }, pointer: POINTER };
}
