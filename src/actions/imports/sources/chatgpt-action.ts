import { isObject, type JsonObject, type Located, member, objectMember, stringMember } from '@countersign/openapi';
import { readSourceAuth, type UrlNames } from './source-auth.js';
import {
  documentText,
  readPrivacyPolicy,
  type DocumentReference,
  type ReadSource,
  type SourceReader,
} from './import-source.js';
import { invalidImport } from './invalid-import.js';

/** OpenAI uses `authorization_url` for the token URL. */
export const OPENAI_URLS: UrlNames = { authorization_url: 'client_url', token_url: 'authorization_url' };

/** An action as ChatGPT stores it: a tool of an exported GPT, or the `metadata` of one. */
export const chatGptAction: SourceReader = {
  format: 'chatgpt_action',

  recognizes(source: JsonObject): boolean {
    const metadata = objectMember(source, 'metadata');
    if (metadata) return stringMember(source, 'type') === 'plugins_prototype' || isMetadata(metadata);
    return has(source, 'raw_spec') || isMetadata(source);
  },

  read(source: JsonObject): ReadSource {
    const metadata = metadataOf(source);
    return { auth: readSourceAuth(metadata, OPENAI_URLS), ...readPrivacyPolicy(metadata, 'privacy_policy_url') };
  },

  document(source: JsonObject): DocumentReference {
    const { value, pointer } = metadataOf(source);
    const text = documentText(member(value, 'raw_spec'));
    if (text !== undefined) return { source: { openapi: text }, pointer: `${pointer}/raw_spec` };
    const json = member(value, 'json_schema');
    if (isObject(json)) return { source: { openapi: json }, pointer: `${pointer}/json_schema` };
    const message = 'the action has no document in raw_spec or json_schema; send openapi or openapi_url';
    throw invalidImport([{ pointer: `${pointer}/raw_spec`, message }]);
  },
};

/** LibreChat actions have neither `json_schema` nor `action_id`, and always have `raw_spec`. */
function isMetadata(value: JsonObject): boolean {
  const isWithoutText = has(value, 'domain') && has(value, 'auth') && !has(value, 'raw_spec');
  return has(value, 'json_schema') || has(value, 'action_id') || isWithoutText;
}

function metadataOf(source: JsonObject): Located<JsonObject> {
  const metadata = objectMember(source, 'metadata');
  return metadata ? { value: metadata, pointer: '/metadata' } : { value: source, pointer: '' };
}

function has(value: JsonObject, name: string): boolean {
  return member(value, name) !== undefined;
}
