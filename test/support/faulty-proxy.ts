import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * - `pass`: forwards both directions
 * - `refuse`: nothing listens, and open connections are reset
 * - `drop`: connections are accepted and reset
 * - `swallow`: connections stay open, and what arrives disappears
 */
export type ProxyMode = 'pass' | 'refuse' | 'drop' | 'swallow';

/** A TCP proxy on 127.0.0.1 that can fail. */
export class FaultyProxy {
  /** Added to a round trip. */
  delayMs = 0;
  swallowedBytes = 0;
  private mode: ProxyMode = 'pass';
  private server?: Server;
  private readonly sockets = new Set<Socket>();
  /** Connections that have lost bytes. */
  private readonly broken = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly target: { host: string; port: number },
  ) {}

  /** @param target the server, or its port on 127.0.0.1 */
  static async start(target: number | { host: string; port: number }): Promise<FaultyProxy> {
    const reserved = createServer();
    await listen(reserved, 0);
    const { port } = reserved.address() as AddressInfo;
    await new Promise((resolve) => reserved.close(resolve));
    const proxy = new FaultyProxy(port, typeof target === 'number' ? { host: '127.0.0.1', port: target } : target);
    await proxy.open();
    return proxy;
  }

  async set(mode: ProxyMode): Promise<void> {
    this.mode = mode;
    if (mode === 'refuse') return this.close();
    if (mode === 'drop') this.reset(this.sockets);
    // As a firewall does that has forgotten them.
    if (mode !== 'swallow') this.reset(this.broken);
    if (!this.server) await this.open();
  }

  /** Swallows what is sent over connections that are open now, as a server does that has lost its power. New ones pass. */
  swallowOpenConnections(): void {
    for (const socket of this.sockets) socket.removeAllListeners('data').resume();
  }

  /** Stops listening and resets all connections. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.reset(this.sockets);
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private async open(): Promise<void> {
    this.server = createServer((client) => this.accept(client));
    await listen(this.server, this.port);
  }

  private accept(client: Socket): void {
    if (this.mode === 'drop') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target);
    this.forward(client, server);
    this.forward(server, client);
  }

  private forward(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes: Buffer) => {
      if (this.mode === 'swallow') {
        this.swallowedBytes += bytes.length;
        this.broken.add(from).add(to);
        return;
      }
      if (this.delayMs === 0) to.write(bytes);
      else setTimeout(() => to.writable && to.write(bytes), this.delayMs / 2);
    });
    // The end is not swallowed: a peer that waits for a lost connection would wait forever.
    from.on('close', () => {
      this.sockets.delete(from);
      this.broken.delete(from);
      to.destroy();
    });
    from.on('error', () => to.destroy());
  }

  private reset(sockets: Set<Socket>): void {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
