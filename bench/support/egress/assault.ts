import { join } from 'node:path';
import { Child } from '../child.js';
import type { Countersign } from '../countersign.js';
import { DueConnections } from '../due-connections.js';
import { owner } from '../refresh-scene.js';
import type { Calling } from './callers-process.js';

/** Of those who keep calling a bad upstream: more than one host has places for. */
const CALLERS = 96;
const PAUSE_MS = 500;

/** An API that needs no key, with one operation that nothing is asked about. */
function document(url: string, method: 'get' | 'post'): object {
  const operation = {
    operationId: 'act',
    'x-openai-isConsequential': false,
    responses: { 200: { description: 'What was done' } },
  };
  const paths = { '/': { [method]: operation } };
  return { openapi: '3.1.0', info: { title: 'Bad', version: '1' }, servers: [{ url }], paths };
}

/** What callers of another tenant send, again and again, so that the upstream at `port` is asked. */
export async function assault(
  countersign: Countersign,
  kind: string,
  port: number,
  settings: Record<string, string>,
): Promise<Calling> {
  const calling = { origin: countersign.url, callers: CALLERS, pauseMs: PAUSE_MS };
  if (kind === 'no token') return { ...calling, ...(await withoutTokens(countersign, port, settings)) };
  const { admin, runtime } = await countersign.tenant();
  const { id } = await countersign.post<{ id: string }>('/v1/gpts', admin, { name: 'Bad' });
  const url = `${kind === 'no TLS handshake' ? 'https' : 'http'}://127.0.0.1:${port}`;
  const openapi = document(url, kind === 'closes after the request' ? 'post' : 'get');
  await countersign.post(`/v1/gpts/${id}/actions`, admin, { openapi });
  return { ...calling, path: `/v1/gpts/${id}/call`, key: runtime, bodies: [JSON.stringify({ operation_id: 'act' })] };
}

/** Users whose access tokens have expired, at a token endpoint that does not answer. */
async function withoutTokens(
  countersign: Countersign,
  port: number,
  settings: Record<string, string>,
): Promise<Pick<Calling, 'path' | 'key' | 'bodies'>> {
  const of = await owner(countersign, `http://127.0.0.1:${port}/token`);
  const rows = await DueConnections.open(settings);
  const users = await rows.insertExpired(of, CALLERS).finally(() => rows.close());
  const bodies = users.map((user) => JSON.stringify({ operation_id: 'listNotes', user }));
  return { path: `/v1/gpts/${of.gptId}/call`, key: of.runtime, bodies };
}

export function startCallers(calling: Calling, folder: string): Child {
  const script = new URL('./callers-process.js', import.meta.url);
  return Child.start({
    script,
    environment: { CALLING: JSON.stringify(calling) },
    folder,
    log: join(folder, 'callers.log'),
  });
}
