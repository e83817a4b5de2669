import type { ActionServer } from '../../auth-registry/index.js';
import type { ImportedDocument } from '../documents/read-document.js';
import { declaresHeader } from '../store/declared-headers.js';

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
