import type { DocumentFormat } from '@countersign/openapi';
import {
  checkDocument,
  formatText,
  importDocument,
  type CheckedDocument,
  type ImportedDocument,
  type Outcome,
} from './read-document.js';
import { UnreadDocument, type UnreadForm } from './unread-document.js';

export { readBody } from './read-body.js';

/*
 * The jobs of worker threads that read documents. Instances of classes cannot be sent to a thread; their fields are.
 */

/** The fields of an unread document. */
export interface SentDocument {
  bytes: Uint8Array<ArrayBuffer>;
  form: UnreadForm;
}

export function importSent({
  document,
  url,
}: {
  document: SentDocument;
  url?: string;
}): Promise<Outcome<ImportedDocument>> {
  return importDocument(received(document), url);
}

export function checkSent({ document }: { document: SentDocument }): CheckedDocument {
  return checkDocument(received(document));
}

export function formatSent({
  document,
  to,
}: {
  document: SentDocument;
  to?: DocumentFormat;
}): Outcome<{ text: string; format: DocumentFormat }> {
  return formatText(received(document), to);
}

function received({ bytes, form }: SentDocument): UnreadDocument {
  return new UnreadDocument(bytes, form);
}
