import type { ActionServer } from '../../auth-registry/index.js';
import type { TenantStore } from '../../database/index.js';
import type { ImportedDocument } from '../documents/read-document.js';
import { storeOperations } from '../operations/operation-rows.js';
import { declaresHeader } from '../store/declared-headers.js';
import { storeDocument } from '../store/document-store.js';

/** Returns the API of a document. */
export function serverOf({ description: { server }, parts }: ImportedDocument): Omit<ActionServer, 'tenantId'> {
  return {
    domain: server.domain,
    serverUrl: server.url,
    declaresHeader: (name) => declaresHeader(parts, name),
  };
}

/** Returns the columns of an action that its document determines. */
export function documentColumns(imported: ImportedDocument) {
  const {
    description,
    warnings,
    url,
    format,
    suggestedAuth,
    scopeDescriptions,
    serverChoice: choice,
    servers,
    mcpUrl = null,
  } = imported;
  const { title, server } = description;
  return {
    title: title.slice(0, 300),
    domain: server.domain,
    serverUrl: server.url,
    serverChoice: choice,
    servers,
    warnings,
    openapiUrl: url,
    openapiFormat: format,
    suggestedAuth,
    scopeDescriptions,
    mcpUrl,
  };
}

/** Stores the document of an action and its operations, in place of those that it has. */
export async function storeImported(store: TenantStore, actionId: string, imported: ImportedDocument): Promise<void> {
  await storeDocument(store, actionId, imported.parts, imported.source);
  await storeOperations(store, actionId, imported.description.operations);
}
