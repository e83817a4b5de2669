import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  clientSettings,
  tokenRequest,
  type ClientSettings,
  type McpEndpoint,
  type Snippet,
} from '../../console/src/mcp/client-settings.js';

const ENDPOINT: McpEndpoint = {
  name: 'notes',
  url: 'https://countersign.example.com/mcp/g-3vq8cm2xk5dn7r9wyb4tz6ha5e',
  authorization: 'keys',
  confirmation: 'ask',
  client_hosts: null,
};

const WITH_KEYS = clientSettings(ENDPOINT);
const SIGNS_IN = clientSettings({ ...ENDPOINT, authorization: 'builtin' });

describe('docs/mcp.md', () => {
  const page = readFileSync('docs/mcp.md', 'utf8');

  it('has the request for a token', () => {
    expect(page).toContain(fenced(tokenRequest(ENDPOINT.url)));
  });

  it.each(WITH_KEYS.map(({ client }) => client))('has the settings of %s, as the console shows them', (client) => {
    expect(page).toContain(sectionOf(client));
  });
});

/** The section of a client in the documentation. */
function sectionOf(name: string): string {
  const [withKeys, signsIn] = [WITH_KEYS, SIGNS_IN].map((each) => each.find(({ client }) => client === name));
  if (!withKeys || !signsIn) throw new Error(`no client ${name}`);
  const hasTwo = withKeys.obstacles.length === 0 && withKeys.snippet.text !== signsIn.snippet.text;
  const parts = hasTwo
    ? ['With `keys`:', instructions(withKeys), 'With `jwt` or `builtin`:', instructions(signsIn)]
    : [...withKeys.obstacles, instructions(signsIn)];
  return [`### ${name}`, ...parts].join('\n\n');
}

function instructions({ steps, snippet }: ClientSettings): string {
  const list = steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
  return [list, `${snippet.label}:`, fenced(snippet)].join('\n\n');
}

function fenced({ language, text }: Snippet): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
