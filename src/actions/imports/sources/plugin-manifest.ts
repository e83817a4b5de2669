import { parseUrl } from '../../../common/index.js';
import {
  type Finding,
  isObject,
  type JsonObject,
  type Located,
  member,
  objectMember,
  stringMember,
} from '@countersign/openapi';
import { readSourceAuth, type SourceAuth } from './source-auth.js';
import { OPENAI_URLS } from './chatgpt-action.js';
import { type DocumentReference, type SourceReader, readPrivacyPolicy, type ReadSource } from './import-source.js';
import { invalidImport } from './invalid-import.js';

/** The manifest of a ChatGPT plugin, from `/.well-known/ai-plugin.json`. Its names and descriptions are ignored: the GPT has its own. */
export const pluginManifest: SourceReader = {
  format: 'plugin_manifest',

  recognizes(source: JsonObject): boolean {
    return member(source, 'schema_version') !== undefined && isObject(member(source, 'api'));
  },

  read(source: Located<JsonObject>): ReadSource {
    const auth = readSourceAuth(source, OPENAI_URLS);
    const { privacyPolicyUrl, warnings } = readPrivacyPolicy(source, 'legal_info_url');
    return { auth, privacyPolicyUrl, exportedId: null, warnings: [...warnings, ...contradictions(source, auth)] };
  },

  document(source: Located<JsonObject>, url?: string): DocumentReference {
    const api = objectMember(source.value, 'api');
    const type = stringMember(api, 'type');
    const pointer = `${source.pointer}/api/url`;
    const target = stringMember(api, 'url') ?? '';
    const resolved = target === '' ? undefined : parseUrl(target, url);
    const message = 'api.url must be a URL; if it is relative, send manifest_url, openapi or openapi_url';
    const errors = [
      ...(type === 'openapi' ? [] : [{ pointer: `${source.pointer}/api/type`, message: 'api.type must be openapi' }]),
      ...(resolved ? [] : [{ pointer, message }]),
    ];
    if (!resolved || errors.length > 0) throw invalidImport(errors);
    return { source: { openapi_url: parseUrl(target) ? target : resolved.href }, pointer };
  },

  notImported({ value, pointer }: Located<JsonObject>): Finding[] {
    const name = 'description_for_model';
    if ((stringMember(value, name) ?? '') === '') return [];
    const message = `${name} tells models when to use the plugin: repeat it in the instructions of the assistant, or in the document`;
    return [{ code: 'instructions', message, pointer: `${pointer}/${name}` }];
  },
};

/** Reports members that contradict `auth` on whether each user authenticates. */
function contradictions(source: Located<JsonObject>, { pointer, fields, type }: SourceAuth): Finding[] {
  const api = objectMember(source.value, 'api');
  const places = [
    { value: member(source.value, 'has_user_authentication'), pointer: `${source.pointer}/has_user_authentication` },
    { value: member(api, 'has_user_authentication'), pointer: `${source.pointer}/api/has_user_authentication` },
    { value: member(api, 'is_user_authenticated'), pointer: `${source.pointer}/api/is_user_authenticated` },
  ];
  const isPerUser = type === 'oauth' || 'per_user' in fields;
  return places
    .filter(({ value }) => typeof value === 'boolean' && value !== isPerUser)
    .map((place) => ({
      code: 'user_authentication_differs',
      message: `${String(place.value)} contradicts ${pointer}, which takes precedence`,
      pointer: place.pointer,
    }));
}
