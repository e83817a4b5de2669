import { Upstream, type ReceivedRequest, type UpstreamReply } from './upstream.js';

/** Well-known paths of an issuer's metadata: RFC 8414, OpenID Connect adapted to it, OpenID Connect Discovery. @param path of the issuer */
export const LAYOUTS = {
  oauth: (path: string) => `/.well-known/oauth-authorization-server${path}`,
  openid: (path: string) => `/.well-known/openid-configuration${path}`,
  appended: (path: string) => `${path}/.well-known/openid-configuration`,
};

/** A server on loopback that publishes metadata at given paths, responds with 404 elsewhere, and records requests. */
export class MetadataServer {
  private readonly pages = new Map<string, UpstreamReply>();

  private constructor(private readonly server: Upstream) {
    server.respondWith(({ path }) => this.pages.get(path) ?? { status: 404, body: { error: 'not_found' } });
  }

  static async start(): Promise<MetadataServer> {
    return new MetadataServer(await Upstream.start());
  }

  get url(): string {
    return this.server.url;
  }

  get requests(): ReceivedRequest[] {
    return this.server.requests;
  }

  /** The requested paths, in order. */
  get requestedPaths(): string[] {
    return this.server.requests.map(({ path }) => path);
  }

  /** Returns metadata of an issuer on this server. @param changes members to replace, or to remove if `undefined` */
  document(path = '', changes: object = {}): object {
    const issuer = this.url + path;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['code'],
      ...changes,
    };
  }

  publish(path: string, reply: UpstreamReply): void {
    this.pages.set(path, reply);
  }

  /** Removes all published metadata and recorded requests. */
  reset(): void {
    this.pages.clear();
    this.server.requests.length = 0;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
