import { describe, expect, it } from '@jest/globals';
import { clientSettings, serverName, tokenRequest, type ClientSettings, type McpEndpoint } from './client-settings.js';

const ENDPOINT_URL = 'https://countersign.example.com/mcp/g-3vq8cm2xk5dn7r9wyb4tz6ha5e';

const endpoint = (changes: Partial<McpEndpoint> = {}): McpEndpoint => ({
  name: 'notes',
  url: ENDPOINT_URL,
  authorization: 'keys',
  confirmation: 'ask',
  client_hosts: null,
  ...changes,
});

const settings = (client: string, changes: Partial<McpEndpoint> = {}): ClientSettings => {
  const found = clientSettings(endpoint(changes)).find((each) => each.client === client);
  if (!found) throw new Error(`no client ${client}`);
  return found;
};

const SIGNS_IN = ['ChatGPT', 'Claude'];
const EITHER = ['Claude Code', 'VS Code', 'Cursor'];
const WITH_TOKEN = ['OpenAI’s Responses API', 'Anthropic’s Messages API'];
const ALL = [...SIGNS_IN, ...EITHER, ...WITH_TOKEN];

describe('the settings of clients', () => {
  it('exist for each client, with the URL of the endpoint', () => {
    const clients = clientSettings(endpoint());
    expect(clients.map(({ client }) => client)).toEqual(ALL);
    for (const { snippet } of clients) expect(snippet.text).toContain(ENDPOINT_URL);
  });

  it.each(SIGNS_IN)('say that %s, which signs users in, needs another authorization than keys', (client) => {
    expect(settings(client).obstacles).toEqual([
      expect.stringContaining('set the authorization to builtin, or to jwt'),
    ]);
    for (const authorization of ['jwt', 'builtin'] as const)
      expect(settings(client, { authorization }).obstacles).toEqual([]);
  });

  it.each(EITHER)('have %s send a user token with keys, and sign in otherwise', (client) => {
    const withToken = settings(client);
    expect(withToken.obstacles).toEqual([]);
    expect(withToken.snippet.text).toContain('Authorization');
    expect(withToken.steps.join(' ')).toMatch(/user token/);
    for (const authorization of ['jwt', 'builtin'] as const) {
      const signsIn = settings(client, { authorization });
      expect(signsIn.snippet.text).not.toContain('Authorization');
      expect(signsIn.steps.join(' ')).toMatch(/sign in/);
    }
  });

  it.each(WITH_TOKEN)('have %s send a user token whatever the authorization', (client) => {
    const [first, ...others] = (['keys', 'jwt', 'builtin'] as const).map((authorization) =>
      settings(client, { authorization }),
    );
    for (const other of others) expect(other).toEqual(first);
    expect(first?.steps.join(' ')).toMatch(/user token/);
  });

  it('say that an identity provider has to know clients that sign in', () => {
    const knows = (authorization: McpEndpoint['authorization']) =>
      clientSettings(endpoint({ authorization }))
        .filter(({ steps }) => steps[0]?.startsWith('Make sure that your identity provider accepts'))
        .map(({ client }) => client);
    expect([knows('keys'), knows('jwt'), knows('builtin')]).toEqual([[], [...SIGNS_IN, ...EITHER], []]);
  });

  it('say that clients of other hosts cannot reach a URL without https', () => {
    const unreachable = clientSettings(endpoint({ url: 'http://127.0.0.1:3000/mcp/g-1', authorization: 'builtin' }))
      .filter(({ obstacles }) => obstacles.some((each) => each.includes('PUBLIC_URL')))
      .map(({ client }) => client);
    expect(unreachable).toEqual([...SIGNS_IN, ...WITH_TOKEN]);
  });

  it('name the hosts of a client that client_hosts lacks', () => {
    const changes = { authorization: 'builtin', client_hosts: ['claude.ai', 'localhost'] } as const;
    expect(settings('ChatGPT', changes).obstacles).toEqual(['The client hosts do not include chatgpt.com: add it.']);
    expect(settings('Claude', changes).obstacles).toEqual(['The client hosts do not include claude.com: add it.']);
    expect(settings('Claude Code', changes).obstacles).toEqual([]);
    expect(settings('VS Code', changes).obstacles).toEqual([
      'The client hosts do not include 127.0.0.1, vscode.dev, insiders.vscode.dev: add them.',
    ]);
    // Other authorizations do not use them.
    expect(settings('VS Code', { ...changes, authorization: 'jwt' }).obstacles).toEqual([]);
  });

  it('have a client ask for approval, if Countersign leaves confirmations to it', () => {
    const approval = (confirmation: McpEndpoint['confirmation']) =>
      /require_approval: '(\w+)'/.exec(settings('OpenAI’s Responses API', { confirmation }).snippet.text)?.[1];
    expect([approval('ask'), approval('client')]).toEqual(['never', 'always']);
    expect(settings('Anthropic’s Messages API').obstacles).toEqual([]);
    expect(settings('Anthropic’s Messages API', { confirmation: 'client' }).obstacles).toEqual([
      expect.stringContaining('set the confirmation to ask'),
    ]);
  });

  it.each(['keys', 'builtin'] as const)('are valid files with %s', (authorization) => {
    const files = clientSettings(endpoint({ authorization })).filter(({ snippet }) => snippet.language === 'json');
    const [code, cursor] = files.map(({ snippet }) => JSON.parse(snippet.text));
    const headers = (token: string) => authorization === 'keys' && { headers: { Authorization: `Bearer ${token}` } };
    expect(code).toEqual({
      ...(authorization === 'keys' && {
        inputs: [{ type: 'promptString', id: 'countersign-token', description: 'User token', password: true }],
      }),
      servers: { notes: { type: 'http', url: ENDPOINT_URL, ...headers('${input:countersign-token}') } },
    });
    expect(cursor).toEqual({ mcpServers: { notes: { url: ENDPOINT_URL, ...headers('${env:COUNTERSIGN_TOKEN}') } } });
  });
});

it('the request for a token is sent to the API below PUBLIC_URL, with the GPT of the endpoint', () => {
  const { text } = tokenRequest('https://example.com/countersign/mcp/g-1');
  expect(text).toContain('curl -s https://example.com/countersign/v1/mcp-tokens');
  expect(JSON.parse(/-d '(.*)'/.exec(text)?.[1] ?? '')).toEqual({ gpt_id: 'g-1', user: 'user-17', expires_in: 3600 });
});

it.each([
  ['Note keeper', 'note-keeper'],
  ['  Übersicht (für alle)! ', 'ubersicht-fur-alle'],
  ['記録', 'countersign'],
  ['A very long name that no client would show in full', 'a-very-long-name-that-no-client'],
])('the GPT "%s" is called %s in clients', (gptName, name) => {
  expect(serverName(gptName)).toBe(name);
});
