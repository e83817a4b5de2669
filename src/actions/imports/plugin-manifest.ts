import { type Finding, isObject, type JsonObject, member, objectMember, stringMember } from '../../openapi/index.js';
import { readAuthForm, type ForeignAuth } from './source-auth.js';
import { OPENAI_URLS } from './chatgpt-action.js';
import { type FormDocument, type FormReader, readPrivacyPolicy, type ReadForm } from './import-source.js';
import { invalidForm } from './invalid-import.js';

/** The manifest of a ChatGPT plugin, as it stands at `/.well-known/ai-plugin.json`. Names and descriptions are the GPT's own affair. */
export const pluginManifest: FormReader = {
  form: 'plugin_manifest',

  recognizes(form: JsonObject): boolean {
    return member(form, 'schema_version') !== undefined && isObject(member(form, 'api'));
  },

  read(form: JsonObject): ReadForm {
    const holder = { value: form, pointer: '' };
    const auth = readAuthForm(holder, OPENAI_URLS);
    const { privacyPolicyUrl, warnings } = readPrivacyPolicy(holder, 'legal_info_url');
    return { auth, privacyPolicyUrl, warnings: [...warnings, ...differingUsers(form, auth)] };
  },

  document(form: JsonObject, url?: string): FormDocument {
    const api = objectMember(form, 'api');
    const type = stringMember(api, 'type');
    if (type !== 'openapi') throw invalidForm([{ pointer: '/api/type', message: 'api.type must be openapi' }]);
    const pointer = '/api/url';
    const target = stringMember(api, 'url') ?? '';
    if (URL.canParse(target)) return { source: { openapi_url: target }, pointer };
    if (target !== '' && URL.canParse(target, url))
      return { source: { openapi_url: new URL(target, url).href }, pointer };
    const message = 'api.url must be a URL; a relative one needs a manifest_url, or give openapi or openapi_url';
    throw invalidForm([{ pointer, message }]);
  },
};

/** Manifests say twice whether users authenticate themselves, and often not the same. */
function differingUsers(form: JsonObject, { pointer, fields, type }: ForeignAuth): Finding[] {
  const api = objectMember(form, 'api');
  const places = [
    { value: member(form, 'has_user_authentication'), pointer: '/has_user_authentication' },
    { value: member(api, 'has_user_authentication'), pointer: '/api/has_user_authentication' },
    { value: member(api, 'is_user_authenticated'), pointer: '/api/is_user_authenticated' },
  ];
  const isPerUser = type === 'oauth' || 'per_user' in fields;
  return places
    .filter(({ value }) => typeof value === 'boolean' && value !== isPerUser)
    .map((place) => ({
      code: 'user_authentication_differs',
      message: `${String(place.value)} does not go with what ${pointer} says, which counts`,
      pointer: place.pointer,
    }));
}
