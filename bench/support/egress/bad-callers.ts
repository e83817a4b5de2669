import { join } from 'node:path';
import { Child } from '../child.js';
import type { Countersign } from '../countersign.js';
import { DueConnections } from '../due-connections.js';
import { owner } from '../refresh-scene.js';
import type { CallerPlan } from './callers-process.js';

/** Number of callers of a bad upstream: more than a host has slots. */
const CALLERS = 96;
const PAUSE_MS = 500;

/** Returns the document of an API without authentication, with one operation that needs no confirmation. */
function document(url: string, method: 'get' | 'post'): object {
  const operation = {
    operationId: 'act',
    'x-openai-isConsequential': false,
    responses: { 200: { description: 'ok' } },
  };
  const paths = { '/': { [method]: operation } };
  return { openapi: '3.1.0', info: { title: 'Bad', version: '1' }, servers: [{ url }], paths };
}

/** Creates another tenant for the upstream at `port`. Returns the requests that its callers repeat. */
export async function setUpCallers(
  countersign: Countersign,
  kind: string,
  port: number,
  settings: Record<string, string>,
): Promise<CallerPlan> {
  const plan = { origin: countersign.url, callers: CALLERS, pauseMs: PAUSE_MS };
  if (kind === 'no token') return { ...plan, ...(await setUpExpiredUsers(countersign, port, settings)) };
  const { admin, runtime } = await countersign.tenant();
  const { id } = await countersign.post<{ id: string }>('/v1/gpts', admin, { name: 'Bad' });
  const url = `${kind === 'no TLS handshake' ? 'https' : 'http'}://127.0.0.1:${port}`;
  const openapi = document(url, kind === 'closes after the request' ? 'post' : 'get');
  await countersign.post(`/v1/gpts/${id}/actions`, admin, { openapi });
  return { ...plan, path: `/v1/gpts/${id}/call`, key: runtime, bodies: [JSON.stringify({ operation_id: 'act' })] };
}

/** Creates users whose access tokens have expired, at a token endpoint that does not respond. */
async function setUpExpiredUsers(
  countersign: Countersign,
  port: number,
  settings: Record<string, string>,
): Promise<Pick<CallerPlan, 'path' | 'key' | 'bodies'>> {
  const action = await owner(countersign, `http://127.0.0.1:${port}/token`);
  const rows = await DueConnections.open(settings);
  const users = await rows.insertExpired(action, CALLERS).finally(() => rows.close());
  const bodies = users.map((user) => JSON.stringify({ operation_id: 'listNotes', user }));
  return { path: `/v1/gpts/${action.gptId}/call`, key: action.runtime, bodies };
}

export function startCallers(plan: CallerPlan, folder: string): Child {
  const script = new URL('./callers-process.js', import.meta.url);
  return Child.start({
    script,
    environment: { CALLER_PLAN: JSON.stringify(plan) },
    folder,
    log: join(folder, 'callers.log'),
  });
}
