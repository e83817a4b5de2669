/** Types of the parts of `oidc-provider` that this example uses; the package has none. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void>;
    find(id: string): Promise<AdapterPayload | undefined>;
    findByUid(uid: string): Promise<AdapterPayload | undefined>;
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface AdapterPayload {
    uid?: string;
    grantId?: string;
    consumed?: number;
    [name: string]: unknown;
  }

  export interface AccessToken {
    readonly accountId: string;
    readonly clientId: string;
    readonly scopes: Set<string>;
    readonly isValid: boolean;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Interaction {
    uid: string;
    prompt: { name: string };
    params: Record<string, string | undefined>;
    session?: { accountId: string };
  }

  export interface ProviderContext {
    status: number;
    oidc?: {
      route: string;
      body?: Record<string, string>;
      client?: { clientId: string; clientAuthMethod: string };
    };
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    use(middleware: (context: ProviderContext, next: () => Promise<void>) => Promise<void>): this;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
    AccessToken: { find(token: string): Promise<AccessToken | undefined> };
    Grant: new (properties: { accountId: string; clientId: string }) => Grant;
  }
}
