import { readFileSync } from 'node:fs';
import type { Answer } from './client.js';
import { EndUser } from './end-user.js';
import type { OAuthWorld } from './oauth-world.js';
import type { TestGpt } from './tenant.js';

export type Json = Record<string, unknown>;
export type SampleName = 'plugin-manifest' | 'chatgpt-action' | 'librechat-action';

/** A form as it is found out there, its API and its provider being those of this test. */
export function sampleOf(world: OAuthWorld, name: SampleName): Json {
  const text = readFileSync(new URL(`../actions/forms/${name}.json`, import.meta.url), 'utf8')
    .replaceAll('https://api.example.com', world.api.url)
    .replaceAll('https://auth.example.com', world.provider.url)
    .replace('notes-client', world.provider.clientId)
    .replace('canary-librechat-secret', world.provider.clientSecret);
  return JSON.parse(text) as Json;
}

export function withAuth(form: Json, changes: Json): Json {
  const auth = { ...(form['auth'] as Json), ...changes };
  return { ...form, auth };
}

export function withMetadata(form: Json, changes: Json): Json {
  return { ...form, metadata: { ...(form['metadata'] as Json), ...changes } };
}

/** The auth of a LibreChat action or a tool of a GPT. */
export function authOf(form: Json): Json {
  return (form['metadata'] as Json)['auth'] as Json;
}
export function importInto(gpt: TestGpt, body: unknown): Promise<Answer> {
  return gpt.tenant.admin.post(`${gpt.path}/imports`, body);
}

/** Imports and expects that to go well. */
export async function importedInto(
  gpt: TestGpt,
  body: unknown,
): Promise<{ form: string; action: Json & { id: string }; codes: string[] }> {
  const answer = await importInto(gpt, body);
  if (answer.status !== 201) throw new Error(`the import was refused: ${JSON.stringify(answer.body)}`);
  const { form, action, warnings } = answer.body;
  return { form, action, codes: warnings.map(({ code }: { code: string }) => code) };
}

/** What comes of a user's signing in to the action. */
export async function statusOfSignIn(gpt: TestGpt, call: object = {}): Promise<string> {
  const attempt = await new EndUser(gpt, 'alice').signsIn(call);
  return (await attempt.view()).status;
}
