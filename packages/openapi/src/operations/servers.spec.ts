import { describe, expect, it } from '@jest/globals';
import {
  compileOperation,
  describeDocument,
  type DocumentOptions,
  InvalidDocumentError,
  type JsonObject,
  readDocument,
} from '../index.js';

const REGIONAL = {
  url: 'https://{region}.example.com/{version}',
  description: 'By region',
  variables: {
    region: { default: 'us', enum: ['us', 'eu'], description: 'Where the data is' },
    version: { default: 'v1' },
  },
};
const SERVERS = [{ url: 'https://api.example.com/v1' }, REGIONAL, { url: '/here' }];

function documentOf(servers: JsonObject[] = SERVERS) {
  const paths = { '/a': { get: { operationId: 'op', responses: {} } } };
  return readDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, servers, paths });
}

function describeWith(server: DocumentOptions['server'], servers?: JsonObject[]) {
  return describeDocument(documentOf(servers), { documentUrl: 'https://docs.example.com/openapi.json', server });
}

function findingsOf(server: DocumentOptions['server']): string[] {
  try {
    describeWith(server);
  } catch (error) {
    if (error instanceof InvalidDocumentError) return error.findings.map(({ code, pointer }) => `${code} ${pointer}`);
    throw error;
  }
  return [];
}

describe('a chosen server', () => {
  it.each<[name: string, server: DocumentOptions['server'], url: string]>([
    ['is the first by default', undefined, 'https://api.example.com/v1'],
    ['may be given as the document writes it', { url: REGIONAL.url }, 'https://us.example.com/v1'],
    [
      'may be given with the defaults of its variables',
      { url: 'https://us.example.com/v1/' },
      'https://us.example.com/v1',
    ],
    ['may be relative', { url: '/here' }, 'https://docs.example.com/here'],
    ['may be given resolved', { url: 'https://docs.example.com/here' }, 'https://docs.example.com/here'],
    [
      'has the chosen values',
      { url: REGIONAL.url, variables: { region: 'eu', version: 'v2' } },
      'https://eu.example.com/v2',
    ],
    [
      'keeps the placeholders of connections, whatever the enum allows',
      { url: REGIONAL.url, variables: { region: '{connection.region}' } },
      'https://{connection.region}.example.com/v1',
    ],
  ])('%s', (_, server, url) => {
    expect(describeWith(server).server.url).toBe(url);
  });

  it('receives the calls', () => {
    const document = documentOf();
    const urlOf = (server: DocumentOptions['server']) =>
      compileOperation(document, 'op', { server })?.buildRequest({}).url;
    expect([
      urlOf(undefined),
      urlOf({ url: REGIONAL.url }),
      urlOf({ url: REGIONAL.url, variables: { region: 'eu' } }),
    ]).toEqual(['https://api.example.com/v1/a', 'https://us.example.com/v1/a', 'https://eu.example.com/v1/a']);
  });

  it.each<[server: DocumentOptions['server'], finding: string]>([
    [{ url: 'https://other.example.com' }, 'unknown_server /servers'],
    [{ variables: { region: 'eu' } }, 'invalid_server_variable /servers/0/variables/region'],
    [{ url: REGIONAL.url, variables: { region: 'mars' } }, 'invalid_server_variable /servers/1/variables/region'],
    [{ url: REGIONAL.url, variables: { zone: 'a' } }, 'invalid_server_variable /servers/1/variables/zone'],
    [{ url: REGIONAL.url, variables: { version: '?x' } }, 'invalid_server /servers/1/url'],
  ])('is rejected: %j', (server, finding) => {
    expect(findingsOf(server)).toEqual([finding]);
  });

  it('is what warnings are about', () => {
    const codes = (server: DocumentOptions['server']) =>
      describeWith(server)
        .warnings.map(({ code, pointer }) => `${code} ${pointer}`)
        .filter((warning) => warning.includes('server'));
    expect(codes(undefined)).toEqual(['several_servers /servers']);
    expect(codes({ url: REGIONAL.url, variables: { region: 'eu' } })).toEqual(['templated_server /servers/1/url']);
    expect(codes({ url: REGIONAL.url, variables: { region: 'eu', version: 'v1' } })).toEqual([]);
  });
});

describe('the servers of a description', () => {
  it('are those of the document with their variables', () => {
    const { region, version } = REGIONAL.variables;
    expect(describeWith({ url: 'https://us.example.com/v1' }).servers).toEqual([
      { url: 'https://api.example.com/v1', description: null, variables: {}, selected: false },
      { url: REGIONAL.url, description: 'By region', variables: { region, version }, selected: true },
      { url: '/here', description: null, variables: {}, selected: false },
    ]);
  });

  it('are the origin of the URL of a document without servers', () => {
    expect(describeWith(undefined, []).servers).toEqual([
      { url: '/', description: null, variables: {}, selected: true },
    ]);
  });
});
