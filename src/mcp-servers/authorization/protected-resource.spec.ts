import { describe, expect, it } from '@jest/globals';
import { readChallenge, readProtectedResource, resourceMetadataUrls } from './protected-resource.js';

const URL_OF_SERVER = 'https://mcp.example.com/notes/mcp';

describe('readChallenge', () => {
  it.each([
    [
      'Bearer resource_metadata="https://a.example/m", scope="notes read"',
      { resourceMetadata: 'https://a.example/m', scope: 'notes read' },
    ],
    ['Bearer error="invalid_token",resource_metadata=https://a.example/m', { resourceMetadata: 'https://a.example/m' }],
    ['Basic realm="x", Bearer scope="a"', { scope: 'a' }],
    ['Bearer', {}],
    [undefined, {}],
  ])('reads %s', (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge);
  });
});

describe('resourceMetadataUrls', () => {
  it('trusts the challenge, and tries the path and the root without one', () => {
    expect(resourceMetadataUrls(URL_OF_SERVER, { resourceMetadata: 'https://a.example/m' })).toEqual([
      'https://a.example/m',
    ]);
    expect(resourceMetadataUrls(URL_OF_SERVER, {})).toEqual([
      'https://mcp.example.com/.well-known/oauth-protected-resource/notes/mcp',
      'https://mcp.example.com/.well-known/oauth-protected-resource',
    ]);
    expect(resourceMetadataUrls('https://mcp.example.com/', {})).toHaveLength(1);
  });
});

describe('readProtectedResource', () => {
  const read = (fields: object) => readProtectedResource(JSON.stringify(fields), URL_OF_SERVER);
  const authorization_servers = ['https://auth.example.com'];

  it.each([
    URL_OF_SERVER,
    'https://mcp.example.com/notes',
    'https://mcp.example.com/notes/',
    'https://mcp.example.com',
    'https://mcp.example.com/',
  ])('accepts the resource %s', (resource) => {
    expect(read({ resource, authorization_servers, scopes_supported: ['a', 1] })).toEqual({
      resource,
      issuer: 'https://auth.example.com',
      scopes: ['a'],
    });
  });

  it.each([
    'https://mallory.example/notes/mcp',
    'http://mcp.example.com/notes/mcp',
    'https://mcp.example.com:8443/notes/mcp',
    'https://mcp.example.com/notes/mc',
    'https://mcp.example.com/notes/mcp/more',
    'notes',
    undefined,
  ])('rejects the resource %s', (resource) => {
    expect(read({ resource, authorization_servers })).toMatch(/not about the MCP server/);
  });

  it('rejects what names no authorization server or is no JSON object', () => {
    expect(read({ resource: URL_OF_SERVER, authorization_servers: [] })).toBe('names no authorization server');
    expect(readProtectedResource('<html>', URL_OF_SERVER)).toBe('is not a JSON object');
  });
});
