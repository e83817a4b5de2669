import { newId } from '../../src/common/index.js';
import { ImportQueue } from '../../src/connections/import/import-queue.js';
import { ImportWorker } from '../../src/connections/import/import-worker.js';
import type { TestApp } from './app.js';
import type { Client, ApiResponse } from './client.js';
import { eventually } from './eventually.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };

/** Sends an import. @param lines texts, or values to send as JSON */
export function sendImport(client: Client, lines: readonly unknown[]): Promise<ApiResponse> {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  return client.send('POST', '/v1/connections/import', text, NDJSON);
}

/** Imports lines and waits until the import has completed. */
export async function importLines(client: Client, lines: readonly unknown[]): Promise<ApiResponse['body']> {
  const { status, body } = await sendImport(client, lines);
  if (status !== 202) throw new Error(`the import was rejected: ${JSON.stringify(body)}`);
  return importCompleted(client, body.id);
}

export function importCompleted(client: Client, id: string): Promise<ApiResponse['body']> {
  return eventually(
    async () => (await client.get(`/v1/connections/imports/${id}`)).body,
    ({ status }) => status === 'completed',
    60_000,
  );
}

/** Returns one line for each of many users. */
export function linesOf(action: { id: string }, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    action_id: action.id,
    user: `user-${index}`,
    access_token: `access-${newId('conn')}`,
    refresh_token: `refresh-${newId('conn')}`,
    expires_at: '2031-01-01T00:00:00Z',
  }));
}

/** Keeps a process from working on imports. @returns a function that lets it again */
export function pauseImports(app: TestApp): () => void {
  const queue = app.get(ImportQueue);
  const due = queue.due.bind(queue);
  queue.due = () => Promise.resolve([]);
  return () => {
    queue.due = due;
    app.get(ImportWorker).wake();
  };
}
