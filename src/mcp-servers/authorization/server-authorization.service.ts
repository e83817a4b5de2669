import { Injectable } from '@nestjs/common';
import { ActionsService, ToolImport, type Action } from '../../actions/index.js';
import { CountersignError, InvalidRequestError, type TenantCaller } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Egress, EgressError } from '../../egress/index.js';
import { callbackUrl, Discovery, discoveredSettings, type Metadata } from '../../oauth/index.js';
import type { AuthorizedServerDto, Registration } from './authorization.dto.js';
import { ClientRegistration, type RegisteredClient } from './client-registration.js';
import { clientMetadataUrl } from './client-metadata.js';
import {
  readChallenge,
  readProtectedResource,
  resourceMetadataUrls,
  type ProtectedResource,
} from './protected-resource.js';

const LIMITS = { timeoutMs: 10_000, maxResponseBytes: 262_144, redirects: 3, trafficClass: 'oauth' } as const;

/** How MCP servers know this client. */
const CLIENT_NAME = 'Countersign';

/** Discovers how an MCP server authorizes its users, and registers a client for an action (MCP, Authorization). */
@Injectable()
export class ServerAuthorization {
  constructor(
    private readonly actions: ActionsService,
    private readonly tools: ToolImport,
    private readonly discovery: Discovery,
    private readonly registration: ClientRegistration,
    private readonly egress: Egress,
    private readonly settings: Settings,
  ) {}

  /**
   * Makes the schema of an action that of its MCP server: OAuth with a registered client.
   *
   * @param wanted how to register; by default the first way that the server supports
   * @throws {NotFoundError} the GPT has no such action
   * @throws {InvalidRequestError} the action has no MCP server, or the server needs no authorization or does not support what is wanted
   * @throws {CountersignError} `discovery_failed`, `egress_denied`, `upstream_*`; otherwise as for setting the schema
   */
  async authorize(
    caller: TenantCaller,
    gptId: string,
    actionId: string,
    wanted?: Registration,
  ): Promise<AuthorizedServerDto> {
    const { tenantId } = caller;
    const action = await this.actions.row(tenantId, gptId, actionId);
    const resource = await this.resourceOf(tenantId, action);
    const { metadata } = await this.discovery.find(tenantId, resource.issuer, '');
    const redirectUri = callbackUrl(this.settings, action);
    const scope = resource.scopes.join(' ');
    const found = {
      type: 'oauth',
      ...discoveredSettings(metadata),
      pkce: 'required',
      resource: resource.resource,
      ...(scope !== '' && { scope }),
    };
    const registration = wanted ?? this.supported(metadata)[0] ?? 'manual';
    if (!['manual', ...this.supported(metadata)].includes(registration))
      throw InvalidRequestError.at('/registration', `the authorization server does not support ${registration}`);
    const described = { issuer: metadata.issuer, resource: resource.resource, registration, found };
    if (registration === 'manual')
      return { ...described, callback_url: redirectUri, auth: await this.actions.auth(tenantId, gptId, actionId) };
    const client: RegisteredClient =
      registration === 'dynamic'
        ? await this.registration.register(tenantId, metadata, { name: CLIENT_NAME, redirectUri, scope })
        : { client_id: clientMetadataUrl(this.settings, action), token_exchange_method: 'default_post' };
    const auth = await this.actions.selectAuth(caller, gptId, actionId, { ...found, ...client });
    return { ...described, callback_url: redirectUri, auth };
  }

  /** The ways to become a client, best first. A document as client id must be on https. */
  private supported(metadata: Metadata): Registration[] {
    const isOnHttps = this.settings.publicUrl.startsWith('https:');
    return [
      ...(metadata.client_id_metadata_document_supported && isOnHttps ? (['metadata_document'] as const) : []),
      ...(metadata.registration_endpoint === undefined ? [] : (['dynamic'] as const)),
    ];
  }

  /** Asks the server for its tools without a credential, and follows its challenge. */
  private async resourceOf(tenantId: string, { mcpUrl }: Action): Promise<ProtectedResource> {
    if (mcpUrl === null) throw InvalidRequestError.at('', 'the action has an OpenAPI document and no MCP server');
    const list = await this.tools.list({ tenantId, url: mcpUrl, pointer: '' });
    if (!('refusal' in list)) throw InvalidRequestError.at('', 'the MCP server lists its tools without authorization');
    const challenge = readChallenge(list.refusal.response.headers['www-authenticate']);
    const failures: string[] = [];
    for (const url of resourceMetadataUrls(mcpUrl, challenge)) {
      const read = await this.read(tenantId, url, mcpUrl);
      if (typeof read !== 'string')
        return challenge.scope === undefined ? read : { ...read, scopes: challenge.scope.split(' ') };
      failures.push(`${url} ${read}`);
    }
    const message = `no usable metadata of the MCP server found: ${failures.join('; ')}`;
    throw new CountersignError('discovery_failed', message, [{ pointer: '', message }]);
  }

  private async read(tenantId: string, url: string, mcpUrl: string): Promise<ProtectedResource | string> {
    try {
      const headers = { accept: 'application/json' };
      const { status, body } = await this.egress.request({ tenantId, url, headers, ...LIMITS });
      return status === 200 ? readProtectedResource(body.toString(), mcpUrl) : `answered with status ${status}`;
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      return `could not be read: ${error.message}`;
    }
  }
}
