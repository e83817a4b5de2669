/** The MCP endpoint of a GPT as clients connect to it. */
export interface McpEndpoint {
  url: string;
  /** The server's name in clients: letters, digits and hyphens. */
  name: string;
  authorization: 'keys' | 'jwt' | 'builtin';
  confirmation: 'ask' | 'client';
  client_hosts: readonly string[] | null;
}

/** How a client connects to an endpoint. */
export interface ClientSettings {
  client: string;
  /** What has to change before the client can be used; empty if nothing has to. */
  obstacles: string[];
  steps: string[];
  snippet: Snippet;
}

export interface Snippet {
  /** A file, or what the text is. */
  label: string;
  language: 'json' | 'sh' | 'js' | 'text';
  text: string;
}

interface Client {
  name: string;
  /** The credential that the client can send: an access token that it obtains with OAuth, a token that it is given, or either. */
  credential: 'oauth' | 'token' | 'either';
  /** Its vendor's servers send the requests. */
  isHosted: boolean;
  /** The hosts of its redirect URIs and client metadata document. */
  hosts: string[];
  /** Whether it can ask the user before it calls a tool. */
  canAsk: boolean;
  /** @param signsIn the client obtains an access token */
  settings: (endpoint: McpEndpoint, signsIn: boolean) => Pick<ClientSettings, 'steps' | 'snippet'>;
}

const CLIENTS: Client[] = [
  {
    name: 'ChatGPT',
    credential: 'oauth',
    isHosted: true,
    hosts: ['chatgpt.com'],
    canAsk: true,
    settings: ({ name, url }) => ({
      steps: [
        'Open https://chatgpt.com/plugins, choose the plus button and then “Add custom MCP server”.',
        `Enter ${name} as the name and the URL below as the server URL, and choose OAuth as the authentication.`,
        'Accept the warning, choose “Create as a plugin”, and sign in.',
      ],
      snippet: { label: 'Server URL', language: 'text', text: url },
    }),
  },
  {
    name: 'Claude',
    credential: 'oauth',
    isHosted: true,
    hosts: ['claude.ai', 'claude.com'],
    canAsk: true,
    settings: ({ name, url }) => ({
      steps: [
        'In Claude, open “Customize”, then “Connectors”, choose the plus button and then “Add custom connector”. On Team and Enterprise plans an owner adds it in the settings of the organization.',
        `Enter ${name} as the name and the URL below as the remote MCP server URL, and choose “Add”.`,
        'Choose “Connect”, and sign in.',
      ],
      snippet: { label: 'Remote MCP server URL', language: 'text', text: url },
    }),
  },
  {
    name: 'Claude Code',
    credential: 'either',
    isHosted: false,
    hosts: ['localhost', 'claude.ai'],
    canAsk: true,
    settings: ({ name, url }, signsIn) => {
      const command = `claude mcp add --transport http ${name} ${url}`;
      const header = '--header "Authorization: Bearer $COUNTERSIGN_TOKEN"';
      return {
        steps: signsIn
          ? ['Run the command.', `Enter /mcp in Claude Code, choose ${name}, and sign in.`]
          : ['Set COUNTERSIGN_TOKEN to a user token, and run the command.'],
        snippet: { label: 'Command', language: 'sh', text: signsIn ? command : `${command} \\\n  ${header}` },
      };
    },
  },
  {
    name: 'VS Code',
    credential: 'either',
    isHosted: false,
    hosts: ['127.0.0.1', 'vscode.dev', 'insiders.vscode.dev'],
    canAsk: true,
    settings: ({ name, url }, signsIn) => ({
      steps: signsIn
        ? ['Save this file in the workspace.', 'Choose “Start” above the server in the file, and sign in.']
        : ['Save this file in the workspace.', 'Choose “Start” above the server in the file, and enter a user token.'],
      snippet: {
        label: '.vscode/mcp.json',
        language: 'json',
        text: json({
          ...(!signsIn && {
            inputs: [{ type: 'promptString', id: 'countersign-token', description: 'User token', password: true }],
          }),
          servers: { [name]: { type: 'http', url, ...(!signsIn && bearer('${input:countersign-token}')) } },
        }),
      },
    }),
  },
  {
    name: 'Cursor',
    credential: 'either',
    isHosted: false,
    hosts: ['localhost', 'www.cursor.com', 'anysphere.cursor-mcp'],
    canAsk: true,
    settings: ({ name, url }, signsIn) => ({
      steps: signsIn
        ? ['Save this file in the project.', 'Turn the server on in Cursor’s settings, and sign in.']
        : [
            'Set COUNTERSIGN_TOKEN to a user token in the environment of Cursor.',
            'Save this file in the project, and turn the server on in Cursor’s settings.',
          ],
      snippet: {
        label: '.cursor/mcp.json',
        language: 'json',
        text: json({ mcpServers: { [name]: { url, ...(!signsIn && bearer('${env:COUNTERSIGN_TOKEN}')) } } }),
      },
    }),
  },
  {
    name: 'OpenAI’s Responses API',
    credential: 'token',
    isHosted: true,
    hosts: [],
    canAsk: true,
    settings: ({ name, url, confirmation }) => ({
      steps: [ON_SERVER],
      snippet: {
        label: 'JavaScript',
        language: 'js',
        text: `const response = await openai.responses.create({
  model: 'gpt-6-sol',
  input: 'What can you do?',
  tools: [
    {
      type: 'mcp',
      server_label: '${name}',
      server_url: '${url}',
      authorization: token,
      require_approval: '${confirmation === 'client' ? 'always' : 'never'}',
    },
  ],
});`,
      },
    }),
  },
  {
    name: 'Anthropic’s Messages API',
    credential: 'token',
    isHosted: true,
    hosts: [],
    canAsk: false,
    settings: ({ name, url }) => ({
      steps: [ON_SERVER],
      snippet: {
        label: 'JavaScript',
        language: 'js',
        text: `const message = await anthropic.beta.messages.create({
  model: 'claude-sonnet-5-5',
  max_tokens: 4096,
  messages: [{ role: 'user', content: 'What can you do?' }],
  mcp_servers: [
    {
      type: 'url',
      name: '${name}',
      url: '${url}',
      authorization_token: token,
    },
  ],
  tools: [{ type: 'mcp_toolset', mcp_server_name: '${name}' }],
  betas: ['mcp-client-2025-11-20'],
});`,
      },
    }),
  },
];

const ON_SERVER =
  'On your server, create a user token for the user of the conversation, and send it with each request.';

/** Returns how each client connects to an endpoint, with texts that can be pasted. They contain no secrets. */
export function clientSettings(endpoint: McpEndpoint): ClientSettings[] {
  return CLIENTS.map((client) => {
    const signsIn =
      client.credential === 'oauth' || (client.credential === 'either' && endpoint.authorization !== 'keys');
    const { steps, snippet } = client.settings(endpoint, signsIn);
    const isForeign = signsIn && endpoint.authorization === 'jwt';
    return {
      client: client.name,
      obstacles: obstaclesOf(client, endpoint, signsIn),
      steps: isForeign ? [registration(client), ...steps] : steps,
      snippet,
    };
  });
}

function registration({ name }: Client): string {
  return `Make sure that your identity provider accepts ${name} as a client: by its metadata document, by dynamic registration, or registered by hand.`;
}

function obstaclesOf(
  { name, credential, isHosted, hosts, canAsk }: Client,
  { url, authorization, confirmation, client_hosts: clientHosts }: McpEndpoint,
  signsIn: boolean,
): string[] {
  const obstacles: string[] = [];
  if (credential === 'oauth' && authorization === 'keys') {
    obstacles.push(
      `${name} signs users in with OAuth and cannot send a user token: set the authorization to builtin, or to jwt if your identity provider can register ${name} as a client.`,
    );
  }
  if (isHosted && !url.startsWith('https://')) {
    obstacles.push(
      `${name} connects over the internet: set PUBLIC_URL of the server to an https URL that it can reach.`,
    );
  }
  const missing = hosts.filter((host) => clientHosts && !clientHosts.includes(host));
  if (signsIn && authorization === 'builtin' && missing.length > 0) {
    obstacles.push(`The client hosts do not include ${missing.join(', ')}: add ${missing.length > 1 ? 'them' : 'it'}.`);
  }
  if (!canAsk && confirmation === 'client') {
    obstacles.push(
      `${name} does not ask users, so that consequential calls would be made without a question: set the confirmation to ask.`,
    );
  }
  return obstacles;
}

/** Returns a request that creates a user token, for a server with a runtime key. */
export function tokenRequest(url: string): Snippet {
  const at = url.lastIndexOf('/mcp/');
  const body = JSON.stringify({ gpt_id: url.slice(at + '/mcp/'.length), user: 'user-17', expires_in: 3600 });
  return {
    label: 'Request',
    language: 'sh',
    text: `curl -s ${url.slice(0, at)}/v1/mcp-tokens \\
  -H "X-API-Key: $RUNTIME_KEY" -H 'Content-Type: application/json' \\
  -d '${body}'`,
  };
}

const MAX_NAME_LENGTH = 32;

/** Returns a name for the server of a GPT that all clients accept. */
export function serverName(gptName: string): string {
  const plain = gptName
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();
  const words = plain.replaceAll(/[^a-z0-9]+/g, '-').slice(0, MAX_NAME_LENGTH);
  return words.replaceAll(/^-+|-+$/g, '') || 'countersign';
}

function bearer(token: string) {
  return { headers: { Authorization: `Bearer ${token}` } };
}

function json(value: object): string {
  return JSON.stringify(value, null, 2);
}
