import { type JsonObject, type Located, member, objectMember, stringMember } from '@countersign/openapi';
import { readSourceAuth, type UrlNames } from './source-auth.js';
import {
  givenDocument,
  readPrivacyPolicy,
  type DocumentReference,
  type ReadSource,
  type SourceReader,
} from './import-source.js';
import { invalidImport } from './invalid-import.js';

/** OpenAI uses `authorization_url` for the token URL. */
export const OPENAI_URLS: UrlNames = { authorization_url: 'client_url', token_url: 'authorization_url' };

/** The members that may hold the document: ChatGPT's two, of which one is empty, and the names that exports written by hand use. */
const DOCUMENTS = ['raw_spec', 'json_schema', 'openapi', 'schema', 'document'] as const;

/** The format of ids of actions at ChatGPT. */
const ACTION_ID = /^g-[0-9A-Za-z]{1,100}$/;

/** An action as ChatGPT stores it: a tool of an exported GPT, or the `metadata` of one. */
export const chatGptAction: SourceReader = {
  format: 'chatgpt_action',

  recognizes(source: JsonObject): boolean {
    const metadata = objectMember(source, 'metadata');
    if (metadata) return stringMember(source, 'type') === 'plugins_prototype' || isMetadata(metadata);
    return has(source, 'raw_spec') || isMetadata(source);
  },

  read(source: Located<JsonObject>): ReadSource {
    const metadata = metadataOf(source);
    const { value, pointer } = metadata;
    const id = stringMember(value, 'action_id') ?? '';
    const domain = stringMember(value, 'domain') ?? '';
    return {
      auth: readSourceAuth(metadata, OPENAI_URLS),
      ...readPrivacyPolicy(metadata, 'privacy_policy_url'),
      exportedId: ACTION_ID.test(id) ? id : null,
      ...(domain !== '' && { domain: { value: domain, pointer: `${pointer}/domain` } }),
    };
  },

  document(source: Located<JsonObject>): DocumentReference {
    const { value, pointer } = metadataOf(source);
    for (const name of DOCUMENTS) {
      const openapi = givenDocument(member(value, name));
      if (openapi !== undefined) return { source: { openapi }, pointer: `${pointer}/${name}` };
    }
    const message = 'the action has no document in raw_spec or json_schema; send openapi or openapi_url';
    throw invalidImport([{ pointer: `${pointer}/raw_spec`, message }]);
  },

  notImported: () => [],
};

/** LibreChat actions have `raw_spec`, and none of the members that tell the others apart. */
function isMetadata(value: JsonObject): boolean {
  const isWithoutText = !has(value, 'raw_spec') && has(value, 'auth');
  const isOtherwiseNamed = ['openapi', 'schema', 'document', 'domain'].some((name) => has(value, name));
  return has(value, 'json_schema') || has(value, 'action_id') || (isWithoutText && isOtherwiseNamed);
}

function metadataOf({ value, pointer }: Located<JsonObject>): Located<JsonObject> {
  const metadata = objectMember(value, 'metadata');
  return metadata ? { value: metadata, pointer: `${pointer}/metadata` } : { value, pointer };
}

function has(value: JsonObject, name: string): boolean {
  return member(value, name) !== undefined;
}
