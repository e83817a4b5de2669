import { signInAsBrowser } from '../notes-provider/browser.js';
import type { NotesProvider } from '../notes-provider/index.js';
import { DemoClient } from './client.js';
import { McpClient, type McpAccess } from './mcp-client.js';
import { transcript } from './transcript.js';

/** The resources that the scenes share. */
export interface Stage {
  provider: NotesProvider;
  url: string;
  admin: DemoClient;
  runtime: DemoClient;
  adminKey: string;
  gptId: string;
}

interface Outcome {
  outcome: string;
  response?: { status: number; body: unknown };
  sign_in?: SignIn;
  confirmation?: { token: string; method: string; url: string };
}

export interface SignIn {
  id: string;
  url: string;
  label: string;
}

/** One scene of the demo. It throws if any result is unexpected. */
export interface Scene {
  title: string;
  play(): Promise<void>;
}

/** Creates a tenant and a GPT with three actions: one without authentication, one with an API key, one with OAuth. */
export async function prepareStage(url: string, operatorKey: string, provider: NotesProvider): Promise<Stage> {
  const operator = new DemoClient(url, operatorKey);
  const tenant = await operator.send<{ admin_key: { key: string } }>('POST', '/v1/tenants', {
    name: 'Acme Assistants',
  });
  const admin = new DemoClient(url, tenant.admin_key.key);
  const { key } = await admin.send<{ key: string }>('POST', '/v1/keys', { role: 'runtime', name: 'chat runtime' });
  const { id: gptId } = await admin.send<{ id: string }>('POST', '/v1/gpts', { name: 'Note keeper' });
  const actions = `/v1/gpts/${gptId}/actions`;
  await admin.send('POST', actions, { openapi_url: `${provider.weatherUrl}/openapi.json` });
  const apiKey = { type: 'api_key', auth_type: 'bearer', api_key: provider.apiKey };
  await admin.send('POST', actions, { openapi: provider.documents.stats, auth: apiKey });
  const { auth } = await admin.send<{ auth: { callback_url: string } }>('POST', actions, {
    openapi: provider.documents.notes,
    auth: {
      type: 'oauth',
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      authorization_url: provider.authorizationUrl,
      token_url: provider.tokenUrl,
      revocation_url: provider.revocationUrl,
      scope: provider.scope,
    },
  });
  provider.registerRedirectUri(auth.callback_url);
  transcript.note(`At the provider, ${auth.callback_url} is registered as the redirect URI.`);
  return { provider, url, admin, runtime: new DemoClient(url, key), adminKey: tenant.admin_key.key, gptId };
}

/** Returns the calls in the order of a conversation. */
export function scenes(stage: Stage): Scene[] {
  const alice = 'alice';
  let signIn: SignIn | undefined;
  return [
    {
      title: 'A call without a credential: the action has no authentication',
      play: async () => {
        const { response } = await call(stage, 'getWeather', { arguments: { town: 'São Paulo' } }, 'completed');
        expectStatus(response, 200);
        expect(lastHeader(stage, 'authorization') === undefined, 'a call without authentication carried a credential');
      },
    },
    {
      title: 'A call with the API key, which Countersign stores encrypted',
      play: async () => {
        const { response } = await call(stage, 'getStatistics', {}, 'completed');
        expectStatus(response, 200);
        expect(lastHeader(stage, 'authorization') === `Bearer ${stage.provider.apiKey}`, 'the API key did not arrive');
        transcript.upstream('The API received Authorization: Bearer (its key).');
      },
    },
    {
      title: 'A call for alice, who has not signed in',
      play: async () => {
        ({ sign_in: signIn } = await call(stage, 'listNotes', { user: alice }, 'sign_in_required'));
        transcript.upstream(`Her chat shows a button: "${signIn?.label}".`);
      },
    },
    {
      title: 'Alice signs in: the page, the provider, and back',
      play: async () => {
        if (!signIn) throw new Error('the previous call did not offer a sign-in');
        const browser = await signInAsBrowser(signIn.url, alice);
        for (const { method, url, status } of browser.history) {
          transcript.upstream(`${method} ${withoutQuery(url)} ${status}`);
        }
        const { status } = await stage.runtime.send<{ status: string }>('GET', `/v1/sign-ins/${signIn.id}?wait=5`);
        expect(status === 'connected', `the sign-in is ${status}`);
      },
    },
    {
      title: 'The same call, as alice',
      play: async () => {
        const { response } = await call(stage, 'listNotes', { user: alice }, 'completed');
        expectStatus(response, 200);
        transcript.upstream("The API received Authorization: Bearer (alice's access token).");
      },
    },
    {
      title: 'Her access token expires and is refreshed without interruption',
      play: async () => {
        const before = refreshes(stage);
        stage.provider.expireAccessTokens();
        const { response } = await call(stage, 'listNotes', { user: alice }, 'completed');
        expectStatus(response, 200);
        expect(refreshes(stage) === before + 1, 'the token was not refreshed exactly once');
        transcript.upstream('The API responded with 401 once; the token was refreshed and the call repeated.');
      },
    },
    {
      title: 'A consequential call asks for confirmation first',
      play: async () => {
        const note = { user: alice, arguments: { body: { title: 'Milk', text: 'Two litres' } } };
        const asked = await call(stage, 'createNote', note, 'confirmation_required');
        transcript.upstream(`Her chat asks: allow ${asked.confirmation?.method} ${asked.confirmation?.url}?`);
        const confirmation = asked.confirmation?.token;
        const { response } = await call(stage, 'createNote', { ...note, confirmation }, 'completed');
        const { id } = expectStatus(response, 201) as { id: string };
        const { response: read } = await call(stage, 'getNote', { user: alice, arguments: { id } }, 'completed');
        expectStatus(read, 200);
      },
    },
    {
      title: 'The same GPT through one MCP URL, as alice',
      play: async () => {
        await stage.admin.send('PUT', `/v1/gpts/${stage.gptId}/mcp`, { enabled: true });
        const client = new McpClient(await mcpAccess(stage, alice));
        const { tools } = await client.send<{ tools: { name: string }[] }>('tools/list');
        expect(tools.length > 5, 'the tools of the three actions were not listed');
        const { content, isError } = await client.send<ToolResult>('tools/call', { name: 'listNotes', arguments: {} });
        expect(!isError && content[0]?.text.includes('Milk') === true, 'the notes were not returned');
      },
    },
    {
      title: 'Disconnect: her tokens are deleted here and revoked at the provider',
      play: async () => {
        const { data } = await stage.runtime.send<{ data: { id: string }[] }>('GET', `/v1/connections?user=${alice}`);
        await stage.runtime.send('DELETE', `/v1/connections/${data[0]?.id}`);
        await call(stage, 'listNotes', { user: alice }, 'sign_in_required');
      },
    },
  ];
}

interface ToolResult {
  content: { text: string }[];
  isError?: boolean;
}

/** Creates a token with which an MCP client acts for a user. */
export function mcpAccess({ runtime, gptId }: Stage, user: string): Promise<McpAccess> {
  return runtime.send<McpAccess>('POST', '/v1/mcp-tokens', { gpt_id: gptId, user, expires_in: 86_400 });
}

/** Starts a sign-in for the visitor of the demo. */
export async function signInForVisitor(stage: Stage): Promise<SignIn> {
  const { sign_in } = await call(stage, 'listNotes', { user: 'you' }, 'sign_in_required');
  if (!sign_in) throw new Error('the call did not offer a sign-in');
  return sign_in;
}

/** Waits for the visitor to sign in, then makes their call. @returns whether the sign-in ended */
export async function callForVisitor(stage: Stage, { id }: SignIn): Promise<boolean> {
  const { status } = await stage.runtime.send<{ status: string }>('GET', `/v1/sign-ins/${id}?wait=55`);
  if (status !== 'connected') return status !== 'pending';
  await call(stage, 'listNotes', { user: 'you' }, 'completed');
  return true;
}

async function call({ runtime, gptId }: Stage, operation_id: string, body: object, expected: string): Promise<Outcome> {
  const result = await runtime.send<Outcome & object>('POST', `/v1/gpts/${gptId}/call`, { operation_id, ...body });
  expect(result.outcome === expected, `the outcome was ${result.outcome}, expected ${expected}`);
  return result;
}

function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** @returns the body */
function expectStatus(response: Outcome['response'], status: number): unknown {
  if (response?.status !== status) throw new Error(`the API responded with ${response?.status}, expected ${status}`);
  return response.body;
}

function lastHeader({ provider }: Stage, name: string): string | undefined {
  const value = provider.requests.at(-1)?.headers[name];
  return value === undefined ? undefined : String(value);
}

function refreshes({ provider }: Stage): number {
  return provider.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;
}

function withoutQuery(url: string): string {
  const [path, query] = url.split('?');
  return query === undefined ? url : `${path}?…`;
}
