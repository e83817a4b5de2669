import { transcript } from './transcript.js';

/** The URL of an MCP endpoint, and a token for it. */
export interface McpAccess {
  url: string;
  token: string;
}

/** Sends messages of the Model Context Protocol and prints them. A real client also asks its user to sign in and to confirm. */
export class McpClient {
  private lastId = 0;

  constructor(private readonly access: McpAccess) {}

  /** @throws {Error} the response is an error */
  async send<T>(method: string, params: object = {}): Promise<T> {
    const { url, token } = this.access;
    const { pathname } = new URL(url);
    transcript.sent('POST', pathname, { method, params });
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++this.lastId, method, params }),
    });
    const message = (await response.json()) as { result?: T; error?: { message: string } };
    transcript.received(response.status, message.result ?? message.error);
    if (message.result === undefined) throw new Error(`${method} failed: ${message.error?.message}`);
    return message.result;
  }
}
