import type { Browser } from '../../../examples/notes-provider/browser.js';

/** An authorization server that shares no code with ours, with an API that accepts its access tokens. */
export interface RealServer {
  authorizationUrl: string;
  tokenUrl: string;
  revocationUrl: string;
  /** An endpoint that responds to a valid access token with `{"sub": …}`, and with 401 to any other. */
  userinfoUrl: string;
  scope: string;
  /** Registers a client with one redirect URI. @param isPublic only for servers that refuse the secret of a public client */
  registerClient(redirectUri: string, isPublic?: boolean): Promise<RegisteredClient>;
  /** Opens the authorization URL and logs in, without a choice. By default, the server has no log-in. */
  open?(browser: Browser, authorizationUrl: string): Promise<void>;
  /** Signs the user in at the authorization URL and grants access; the browser ends at the redirect URI. */
  approve(browser: Browser, authorizationUrl: string): Promise<void>;
  /** Declines; the browser ends at the redirect URI. */
  deny(browser: Browser, authorizationUrl: string): Promise<void>;
  stop(): Promise<void>;
}

export interface RegisteredClient {
  clientId: string;
  clientSecret: string;
}
