import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { TenantStore } from '../../database/index.js';
import { DocumentPart } from './document-part.entity.js';
import { SourcePart } from './source-part.entity.js';

/** 60,000 characters of base64: a `text` column holds 65,535 bytes. */
const PART_BYTES = 45_000;

/** Rows of one INSERT: three megabytes, under the smallest packet limit that servers ship with. */
const BATCH = 50;

/** A document, or the text that it was given as, as it is stored: compressed and cut into pieces. */
export type PackedDocument = string[];

/** What is stored in pieces: the document as JSON, and the text that it was given as. */
type Part = typeof DocumentPart | typeof SourcePart;

export async function pack(text: string): Promise<PackedDocument> {
  const bytes = await promisify(gzip)(text);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    parts.push(bytes.subarray(start, start + PART_BYTES).toString('base64'));
  }
  return parts;
}

/**
 * Stores a document in place of the one that the action had.
 *
 * @param source the text that it was given as; empty where there was none
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

/** @returns the document's JSON; empty where the action is gone */
export async function loadDocument(store: TenantStore, actionId: string): Promise<string> {
  return (await load(store, DocumentPart, actionId)) ?? '';
}

/** @returns the text that the document was given as, if it was one */
export function loadSource(store: TenantStore, actionId: string): Promise<string | undefined> {
  return load(store, SourcePart, actionId);
}

async function load(store: TenantStore, part: Part, actionId: string): Promise<string | undefined> {
  const parts = await store.find<DocumentPart | SourcePart>(part, { actionId });
  if (parts.length === 0) return undefined;
  const bytes = parts.toSorted((a, b) => a.position - b.position).map(({ data }) => Buffer.from(data, 'base64'));
  return (await promisify(gunzip)(Buffer.concat(bytes))).toString('utf8');
}
