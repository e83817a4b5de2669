import type { DocumentFormat, ServerChoice } from '@countersign/openapi';
import {
  checkDocument,
  formatText,
  importDocument,
  type CheckedDocument,
  type ImportedDocument,
  type ImportOptions,
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
  ...options
}: {
  document: SentDocument;
} & ImportOptions): Promise<Outcome<ImportedDocument>> {
  return importDocument(received(document), options);
}

export function checkSent({
  document,
  server,
}: {
  document: SentDocument;
  server?: ServerChoice;
}): Outcome<CheckedDocument> {
  return checkDocument(received(document), server);
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
