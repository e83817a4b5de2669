import { isObject, type JsonObject, type Located, member, objectMember, stringMember } from '../../openapi/index.js';
import { readAuthForm, type UrlNames } from './source-auth.js';
import { type FormDocument, type FormReader, readPrivacyPolicy, type ReadForm } from './import-source.js';
import { invalidForm } from './invalid-import.js';

/** What OpenAI calls the authorization URL is the place where its clients get their tokens. */
export const OPENAI_URLS: UrlNames = { authorization_url: 'client_url', token_url: 'authorization_url' };

/** An action as ChatGPT stores it: a tool of an exported GPT, or the `metadata` of one. */
export const chatGptAction: FormReader = {
  form: 'chatgpt_action',

  recognizes(form: JsonObject): boolean {
    const metadata = objectMember(form, 'metadata');
    if (metadata) return stringMember(form, 'type') === 'plugins_prototype' || isMetadata(metadata);
    return has(form, 'raw_spec') || isMetadata(form);
  },

  read(form: JsonObject): ReadForm {
    const metadata = metadataOf(form);
    return { auth: readAuthForm(metadata, OPENAI_URLS), ...readPrivacyPolicy(metadata, 'privacy_policy_url') };
  },

  document(form: JsonObject): FormDocument {
    const { value, pointer } = metadataOf(form);
    const text = stringMember(value, 'raw_spec') ?? '';
    if (text !== '') return { source: { openapi: text }, pointer: `${pointer}/raw_spec` };
    const json = member(value, 'json_schema');
    if (isObject(json)) return { source: { openapi: json }, pointer: `${pointer}/json_schema` };
    const message = 'the form holds no document, neither in raw_spec nor in json_schema: give openapi or openapi_url';
    throw invalidForm([{ pointer: `${pointer}/raw_spec`, message }]);
  },
};

/** LibreChat's has neither of the first two, and its `domain` never without a `raw_spec`. */
function isMetadata(value: JsonObject): boolean {
  const isWithoutText = has(value, 'domain') && has(value, 'auth') && !has(value, 'raw_spec');
  return has(value, 'json_schema') || has(value, 'action_id') || isWithoutText;
}

function metadataOf(form: JsonObject): Located<JsonObject> {
  const metadata = objectMember(form, 'metadata');
  return metadata ? { value: metadata, pointer: '/metadata' } : { value: form, pointer: '' };
}

function has(value: JsonObject, name: string): boolean {
  return member(value, name) !== undefined;
}
