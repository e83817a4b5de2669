import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { TenantStore } from '../../database/index.js';
import { DocumentPart } from './document-part.entity.js';
import { SourcePart } from './source-part.entity.js';

/** Makes 60,000 characters of base64. A `text` column holds 65,535 bytes. */
const PART_BYTES = 45_000;

/** Rows per INSERT, three megabytes: less than the lowest default packet limit of database servers. */
const BATCH = 50;

/** A document or its original text, compressed and split into parts. */
export type PackedDocument = string[];

/** The entities of parts: of the document as JSON, and of its original text. */
type Part = typeof DocumentPart | typeof SourcePart;

/** Compresses a text and splits it into parts. */
export async function pack(text: string): Promise<PackedDocument> {
  const bytes = await promisify(gzip)(text);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    parts.push(bytes.subarray(start, start + PART_BYTES).toString('base64'));
  }
  return parts;
}

/**
 * Replaces the document of an action.
 *
 * @param source the original text; empty if there is none
 */
export async function storeDocument(
  store: TenantStore,
  actionId: string,
  document: PackedDocument,
  source: PackedDocument,
): Promise<void> {
  await replace(store, DocumentPart, actionId, document);
  await replace(store, SourcePart, actionId, source);
}

async function replace(store: TenantStore, part: Part, actionId: string, parts: PackedDocument): Promise<void> {
  await store.delete(part, { actionId });
  const rows = parts.map((data, position) => ({ actionId, position, data }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await store.insert(part, rows.slice(start, start + BATCH));
  }
}

/** Loads the document's JSON. @returns an empty string if the action was deleted */
export async function loadDocument(store: TenantStore, actionId: string): Promise<string> {
  return (await load(store, DocumentPart, actionId)) ?? '';
}

/** Loads the original text of the document. @returns `undefined` if the document was sent as an object */
export function loadSource(store: TenantStore, actionId: string): Promise<string | undefined> {
  return load(store, SourcePart, actionId);
}

async function load(store: TenantStore, part: Part, actionId: string): Promise<string | undefined> {
  const parts = await store.find<DocumentPart | SourcePart>(part, { actionId });
  if (parts.length === 0) return undefined;
  const bytes = parts.toSorted((a, b) => a.position - b.position).map(({ data }) => Buffer.from(data, 'base64'));
  return (await promisify(gunzip)(Buffer.concat(bytes))).toString('utf8');
}
