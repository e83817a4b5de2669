import type { TenantStore } from '../../database/index.js';
import { DocumentPart } from './document-part.entity.js';
import { FULL_PART_CHARACTERS, unpack, type PackedDocument } from './packed-document.js';
import { SourcePart } from './source-part.entity.js';

/** Rows per INSERT, three megabytes: less than the lowest default packet limit of database servers. */
const BATCH = 50;

/** The entities of parts: of the document as JSON, and of its original text. */
type Part = typeof DocumentPart | typeof SourcePart;

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

/** Loads the document's JSON in UTF-8. @returns `undefined` if the action was deleted */
export async function loadDocument(store: TenantStore, actionId: string): Promise<Buffer | undefined> {
  return unpackIfAny(await load(store, DocumentPart, actionId));
}

/** Loads the document's JSON, packed. @returns an empty list if the action was deleted */
export function loadPackedDocument(store: TenantStore, actionId: string): Promise<PackedDocument> {
  return load(store, DocumentPart, actionId);
}

/** Loads the document's JSON, packed, if it has a single part. @returns `undefined` if it has more, or the action was deleted */
export async function loadSinglePart(store: TenantStore, actionId: string): Promise<PackedDocument | undefined> {
  const part = await store.findOne(DocumentPart, { actionId, position: 0 });
  return part && part.data.length < FULL_PART_CHARACTERS ? [part.data] : undefined;
}

/** Loads the original text of the document in UTF-8. @returns `undefined` if the document was sent as an object */
export async function loadSource(store: TenantStore, actionId: string): Promise<Buffer | undefined> {
  return unpackIfAny(await load(store, SourcePart, actionId));
}

async function load(store: TenantStore, part: Part, actionId: string): Promise<PackedDocument> {
  const parts = await store.find<DocumentPart | SourcePart>(part, { actionId });
  return parts.toSorted((a, b) => a.position - b.position).map(({ data }) => data);
}

function unpackIfAny(parts: PackedDocument): Promise<Buffer> | undefined {
  return parts.length === 0 ? undefined : unpack(parts);
}
