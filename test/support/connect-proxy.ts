import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A request for a tunnel. */
export interface TunnelRequest {
  /** Host and port, as the client sent them. */
  target: string;
  headers: IncomingMessage['headers'];
}

export interface ConnectProxyOptions {
  /** Serves TLS with this certificate. */
  tls?: { cert: string; key: string };
  /** The `Proxy-Authorization` that is required. */
  authorization?: string;
  /** Answers with this status; `silence` answers nothing. */
  answer?: (target: string) => number | 'silence';
}

/** A forward proxy on loopback that opens every tunnel to one server, whatever address was requested. */
export class ConnectProxy {
  readonly requests: TunnelRequest[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly options: ConnectProxyOptions,
  ) {}

  /** @param port of the server on loopback that tunnels lead to */
  static async start(port: number, options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
    const server = options.tls ? createTlsServer(options.tls) : createServer();
    const proxy = new ConnectProxy(server as Server, options);
    server.on('connection', (socket: Socket) => proxy.keep(socket));
    server.on('connect', (request: IncomingMessage, client: Socket) => proxy.open(request, client, port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get targets(): string[] {
    return this.requests.map(({ target }) => target);
  }

  /** The connections that are open, of clients and to the server. */
  get openConnections(): number {
    return this.sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private open({ url = '', headers }: IncomingMessage, client: Socket, port: number): void {
    this.requests.push({ target: url, headers });
    const { authorization, answer } = this.options;
    const isAllowed = authorization === undefined || headers['proxy-authorization'] === authorization;
    const status = isAllowed ? (answer?.(url) ?? 200) : 407;
    if (status === 'silence') return void client.resume().once('end', () => client.end());
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    this.keep(server);
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
  }
}
