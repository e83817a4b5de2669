import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from './free-port.js';

/** A reverse proxy on loopback that serves a server below a path. */
export class PrefixProxy {
  /** Paths of requests outside the prefix, which the proxy rejects. */
  readonly strays: string[] = [];

  private constructor(
    readonly prefix: string,
    private readonly port: number,
    /** Port that the server behind the proxy listens on. */
    readonly targetPort: number,
    private readonly server: Server,
  ) {}

  /** @param mode whether the server gets the paths without the prefix, or with it */
  static async start(mode: 'strips' | 'keeps', prefix: string): Promise<PrefixProxy> {
    const server = createServer({ keepAliveTimeout: 120_000 });
    const port = await freePort();
    const proxy = new PrefixProxy(prefix, port, await freePort(), server);
    server.on('request', (request, response) => proxy.pass(request, response, mode));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.prefix}`;
  }

  private pass(request: IncomingMessage, response: ServerResponse, mode: 'strips' | 'keeps'): void {
    const { method, url = '' } = request;
    const headers = { ...request.headers, connection: 'close' };
    const rest = url.slice(this.prefix.length);
    if (!url.startsWith(this.prefix) || !/^([/?]|$)/.test(rest)) {
      this.strays.push(url);
      response.writeHead(404).end();
      return;
    }
    const path = mode === 'keeps' ? url : rest.replace(/^(?!\/)/, '/');
    const passed = forward(
      { host: '127.0.0.1', port: this.targetPort, method, path, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', (error) => response.destroy(error));
    request.pipe(passed);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
