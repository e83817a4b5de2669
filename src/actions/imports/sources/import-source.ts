import { isURL } from 'class-validator';
import { type Finding, type JsonObject, type JsonValue, type Located, stringMember } from '@countersign/openapi';
import { WEB_URL } from '../../documents/document.dto.js';
import type { DocumentSource } from '../../documents/document-import.js';
import { UnreadDocument } from '../../documents/unread-document.js';
import type { SourceAuth } from './source-auth.js';

/** The formats of other platforms that actions can be imported from. */
export type SourceName = 'plugin_manifest' | 'chatgpt_action' | 'librechat_action';

/** The settings of a source. All pointers lead into the source. */
export interface ReadSource {
  auth: SourceAuth;
  privacyPolicyUrl: string | null;
  warnings: Finding[];
}

/** The OpenAPI document of a source, embedded or referenced by URL. */
export interface DocumentReference {
  source: DocumentSource;
  pointer: string;
}

/** Reads one format. To add a format, add a file with a reader and list it in `recognize.ts`. */
export interface SourceReader {
  readonly format: SourceName;
  /** Detects the format by members that no other format has. */
  recognizes(source: JsonObject): boolean;
  /** @throws {CountersignError} `invalid_import` */
  read(source: JsonObject): ReadSource;
  /**
   * @param url the URL of the source, if it was fetched
   * @throws {CountersignError} `invalid_import`: the source has no usable document
   */
  document(source: JsonObject, url?: string): DocumentReference;
}

/** Returns the text of a document in a source, which may be unread; `undefined` if it is empty or not text. */
export function documentText(value: JsonValue | undefined): string | UnreadDocument | undefined {
  const text = value as JsonValue | UnreadDocument | undefined;
  if (text instanceof UnreadDocument) return text.form === 'text' ? text : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Reads the privacy policy URL. Anything but a web URL is ignored with a warning. */
export function readPrivacyPolicy(
  { value, pointer }: Located<JsonObject>,
  name: string,
): Pick<ReadSource, 'privacyPolicyUrl' | 'warnings'> {
  const url = stringMember(value, name) ?? '';
  if (url === '') return { privacyPolicyUrl: null, warnings: [] };
  if (isURL(url, WEB_URL) && url.length <= 2000) return { privacyPolicyUrl: url, warnings: [] };
  const message = `${name} is not a web URL and is ignored`;
  return {
    privacyPolicyUrl: null,
    warnings: [{ code: 'privacy_policy_ignored', message, pointer: `${pointer}/${name}` }],
  };
}
