import { isURL } from 'class-validator';
import {
  type Finding,
  isObject,
  type JsonObject,
  type JsonValue,
  type Located,
  stringMember,
} from '@countersign/openapi';
import { WEB_URL } from '../../documents/document.dto.js';
import type { DocumentSource } from '../../documents/document-import.js';
import type { GivenDocument } from '../../documents/read-document.js';
import type { SourceAuth } from './source-auth.js';

/** The formats of other platforms that actions can be imported from. */
export const SOURCE_NAMES = ['plugin_manifest', 'chatgpt_action', 'librechat_action'] as const;

export type SourceName = (typeof SOURCE_NAMES)[number];

/** The settings of a source. All pointers lead into the export. */
export interface ReadSource {
  auth: SourceAuth;
  privacyPolicyUrl: string | null;
  /** The id that the action has at its platform. It is part of the redirect URI that is registered at the provider. */
  exportedId: string | null;
  /** The domain that the platform has stored for the action. */
  domain?: Located<string>;
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
  read(source: Located<JsonObject>): ReadSource;
  /**
   * @param url the URL of the source, if it was fetched
   * @throws {CountersignError} `invalid_import`: the source has no usable document
   */
  document(source: Located<JsonObject>, url?: string): DocumentReference;
  /** Lists what the source has besides an action, each with what to do about it. */
  notImported(source: Located<JsonObject>): Finding[];
}

/** Returns a document in a source: text or an object, which may be unread; `undefined` if it is empty or neither. */
export function givenDocument(value: JsonValue | undefined): GivenDocument | undefined {
  return isObject(value) || (typeof value === 'string' && value !== '') ? value : undefined;
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
