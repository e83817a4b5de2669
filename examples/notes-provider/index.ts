import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import { createAuthorizationServer, type RegisteredClient } from './authorization-server.js';
import { documentPages } from './document-pages.js';
import { serveInteraction } from './interaction-page.js';
import { jsonApi, openServer, type OpenServer, type Pages, type RecordedRequest } from './json-api.js';
import { Notebooks } from './notebooks.js';
import { notesRoutes, notesScopes } from './notes-api.js';
import { notesDocument } from './notes-document.js';
import type { NotesProvider, NotesProviderOptions } from './notes-provider.interface.js';
import { registrationPage } from './registration-page.js';
import { statisticsDocument, statisticsRoutes } from './statistics-api.js';
import { weatherDocument, weatherRoutes } from './weather-api.js';

export type { RegisteredClient } from './authorization-server.js';
export type { NotesProvider, NotesProviderOptions } from './notes-provider.interface.js';

interface Servers {
  notes: OpenServer;
  weather: OpenServer;
  stats: OpenServer;
}

/**
 * Starts the example provider on three ports of 127.0.0.1, because two actions of a GPT cannot share a domain. The authorization
 * server shares the port of Notes.
 *
 * Secrets are random unless the options set them.
 */
export async function startNotesProvider(options: NotesProviderOptions = {}): Promise<NotesProvider> {
  const servers = await openServers(options.port ?? 0);
  const issuer = servers.notes.url;
  const clients = options.clients ?? defaultClients();
  const authorizationServer = await createAuthorizationServer({
    issuer,
    scopes: notesScopes,
    clients,
    accessTokenTtl: options.accessTokenTtl ?? 3600,
    requirePkce: options.requirePkce ?? true,
  });
  const apiKey = options.apiKey ?? randomSecret();
  const requests: RecordedRequest[] = [];
  const endpoints = endpointsOf(issuer);
  const documents = {
    weather: weatherDocument(servers.weather.url),
    stats: statisticsDocument(servers.stats.url),
    notes: notesDocument({ url: issuer, ...endpoints }),
  };
  const registerRedirectUri = (uri: string): void => authorizationServer.registerRedirectUri(uri);
  const registration = options.hasRegistrationPage ? registrationPage(registerRedirectUri) : () => false;
  const signInPages = authorizationPages(authorizationServer.provider);
  const notesPages: Pages = async (...page) => (await registration(...page)) || signInPages(...page);
  serveApis(servers, documents, { provider: authorizationServer.provider, notesPages, apiKey, requests });

  return {
    url: issuer,
    weatherUrl: servers.weather.url,
    statisticsUrl: servers.stats.url,
    issuer,
    clientId: clients[0]?.clientId ?? '',
    clientSecret: clients[0]?.clientSecret ?? '',
    clients,
    ...endpoints,
    scope: Object.keys(notesScopes).join(' '),
    apiKey,
    documents,
    registerRedirectUri,
    expireAccessTokens: () => authorizationServer.expireAccessTokens(),
    requests,
    tokenRequests: authorizationServer.tokenRequests,
    close: async () => void (await Promise.all(Object.values(servers).map((server: OpenServer) => server.stop()))),
  };
}

async function openServers(port: number): Promise<Servers> {
  return {
    notes: await openServer(port),
    weather: await openServer(port && port + 1),
    stats: await openServer(port && port + 2),
  };
}

interface ApiParts {
  provider: Provider;
  /** the pages of Notes besides its document */
  notesPages: Pages;
  apiKey: string;
  requests: RecordedRequest[];
}

function serveApis(servers: Servers, documents: NotesProvider['documents'], parts: ApiParts): void {
  const { provider, notesPages, apiKey, requests } = parts;
  const record = (request: RecordedRequest): void => void requests.push(request);
  const notebooks = new Notebooks();
  const notes = notesRoutes(
    (token) => provider.AccessToken.find(token),
    (user) => notebooks.of(user),
  );
  const statistics = statisticsRoutes(apiKey, () => notebooks.count());
  const notesDocumentPages = documentPages(documents.notes);
  const pages: Pages = async (...page) => (await notesDocumentPages(...page)) || notesPages(...page);

  servers.notes.serve(jsonApi('notes', notes, record, pages));
  servers.weather.serve(jsonApi('weather', weatherRoutes(), record, documentPages(documents.weather)));
  servers.stats.serve(jsonApi('stats', statistics, record, documentPages(documents.stats)));
}

function authorizationPages(provider: Provider): Pages {
  const callback = provider.callback();
  return async (request, response, path) => {
    if (path.startsWith('/interaction/')) await serveInteraction(provider, notesScopes, request, response);
    else if (/^\/(?:auth|token|jwks|me|session|\.well-known)(?:\/|$)/.test(path)) callback(request, response);
    else return false;
    return true;
  };
}

function endpointsOf(issuer: string) {
  return {
    authorizationUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    revocationUrl: `${issuer}/token/revocation`,
  };
}

function defaultClients(): RegisteredClient[] {
  return [
    { clientId: 'countersign', clientSecret: randomSecret(), tokenEndpointAuthMethod: 'client_secret_post' },
    { clientId: 'countersign-basic', clientSecret: randomSecret(), tokenEndpointAuthMethod: 'client_secret_basic' },
  ];
}

function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}
