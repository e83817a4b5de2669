import { isURL } from 'class-validator';
import { type Finding, type JsonObject, type Located, stringMember } from '../../openapi/index.js';
import { WEB_URL } from '../documents/document.dto.js';
import type { DocumentSource } from '../documents/document-import.js';
import type { ForeignAuth } from './source-auth.js';

/** The forms of other platforms that an action can be made from. */
export type FormName = 'plugin_manifest' | 'chatgpt_action' | 'librechat_action';

/** What a form says, by our names. All pointers of it lead into the form. */
export interface ReadForm {
  auth: ForeignAuth;
  privacyPolicyUrl: string | null;
  warnings: Finding[];
}

/** Where a form has its document: in itself, or behind a URL that it names. */
export interface FormDocument {
  source: DocumentSource;
  pointer: string;
}

/** Reads one form. A new form is a new file with one of these, and a line in the list of readers. */
export interface FormReader {
  readonly form: FormName;
  /** Told by the members that only this form has. */
  recognizes(form: JsonObject): boolean;
  /** @throws {CountersignError} `invalid_import` */
  read(form: JsonObject): ReadForm;
  /**
   * @param url where the form came from, if it was fetched
   * @throws {CountersignError} `invalid_import`: it has none, or none of its own
   */
  document(form: JsonObject, url?: string): FormDocument;
}

/** The address of a privacy policy. A form may hold anything in its place; only an address is taken. */
export function readPrivacyPolicy(
  { value, pointer }: Located<JsonObject>,
  name: string,
): Pick<ReadForm, 'privacyPolicyUrl' | 'warnings'> {
  const url = stringMember(value, name) ?? '';
  if (url === '') return { privacyPolicyUrl: null, warnings: [] };
  if (isURL(url, WEB_URL) && url.length <= 2000) return { privacyPolicyUrl: url, warnings: [] };
  const message = `${name} is no web address and is left out`;
  return {
    privacyPolicyUrl: null,
    warnings: [{ code: 'privacy_policy_ignored', message, pointer: `${pointer}/${name}` }],
  };
}
