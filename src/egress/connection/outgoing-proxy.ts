import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { EgressProxySettings } from '../../config/index.js';
import { EgressUnreachableError } from '../errors/egress-error.js';
import { connectFailure, lookupFailure } from '../errors/network-failure.js';
import { abortable } from '../lookup/shared-lookup.js';
import type { Lookup } from '../lookup/system-lookup.js';
import type { Target } from '../policy/url-policy.js';
import { connectToFirst } from './happy-eyeballs.js';

/** The proxy's name in messages: its host describes the operator's network. */
const PROXY = 'the outgoing proxy';

const MAX_HEADER_BYTES = 16_384;

/** Opens tunnels through the proxy of EGRESS_PROXY (RFC 9110, section 9.3.6). */
export class OutgoingProxy {
  /** @param open connects to one address */
  constructor(
    private readonly settings: EgressProxySettings,
    private readonly lookup: Lookup,
    private readonly open: buildConnector.connector,
  ) {}

  /**
   * Opens a tunnel to an address of a target.
   *
   * @param host the address, or the name if the proxy resolves it
   * @param signal closes the connection to the proxy until the tunnel is open
   * @throws {EgressUnreachableError} `proxy`: the proxy does not work, whatever the address is; `connect`: it opened no connection to the host
   */
  async tunnel(target: Target, host: string, signal: AbortSignal): Promise<Socket> {
    const socket = await this.#connect(signal).catch((error: unknown) => {
      throw signal.aborted ? error : proxyFailure(target, error);
    });
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${target.port}`;
    const { status, tunnel } = await this.#requestTunnel(socket, authority, signal).catch((error: unknown) => {
      socket.destroy();
      throw signal.aborted ? error : proxyFailure(target, error);
    });
    if (status >= 200 && status < 300) return tunnel;
    tunnel.destroy();
    throw refusal(target, status);
  }

  /** Connects to the proxy, whose address needs no check: the operator chose it. */
  async #connect(signal: AbortSignal): Promise<Socket> {
    const { host, port, secure } = this.settings;
    const server = { host, port: String(port), protocol: secure ? 'https:' : 'http:' };
    const servername = isIP(host) === 0 ? host : '';
    return connectToFirst(
      await this.#addresses(signal),
      (address, report) => {
        const socket: unknown = this.open({ ...server, hostname: address, servername }, (...[error, opened]) => {
          if (error === null) report(null, opened);
          else report(connectFailure(PROXY, error));
        });
        return socket as Socket;
      },
      signal,
    );
  }

  async #addresses(signal: AbortSignal): Promise<readonly string[]> {
    const { host } = this.settings;
    if (isIP(host) !== 0) return [host];
    const records = await abortable(this.lookup(host, { tenantId: '', signal }), signal).catch((error: unknown) => {
      throw signal.aborted ? error : lookupFailure(PROXY, error);
    });
    if (records.length === 0) throw lookupFailure(PROXY, undefined);
    return records.map(({ address }) => address);
  }

  #requestTunnel(socket: Socket, authority: string, signal: AbortSignal): Promise<{ status: number; tunnel: Socket }> {
    const { authorization } = this.settings;
    return new Promise((resolve, reject) => {
      const connect = request({
        method: 'CONNECT',
        path: authority,
        createConnection: () => socket,
        headers: { host: authority, ...(authorization !== undefined && { 'proxy-authorization': authorization }) },
        maxHeaderSize: MAX_HEADER_BYTES,
      });
      // Without it, Node asks the proxy to close the connection.
      connect.removeHeader('connection');
      const abort = (): void => void connect.destroy(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      connect.once('connect', ({ statusCode = 0 }, tunnel: Socket, received) => {
        signal.removeEventListener('abort', abort);
        if (received.length > 0) tunnel.unshift(received);
        resolve({ status: statusCode, tunnel });
      });
      connect.once('error', (error) => {
        signal.removeEventListener('abort', abort);
        reject(error);
      });
      connect.end();
    });
  }
}

function proxyFailure({ host }: Target, error: unknown): EgressUnreachableError {
  return new EgressUnreachableError(host, 'proxy', connectFailure(PROXY, error).message);
}

function refusal({ host }: Target, status: number): EgressUnreachableError {
  if (status === 407) {
    const message = `${PROXY} requires other credentials (407); check user name and password in EGRESS_PROXY`;
    return new EgressUnreachableError(host, 'proxy', message);
  }
  const problem = status < 500 ? 'refused to connect' : 'could not connect';
  return new EgressUnreachableError(host, 'connect', `${PROXY} ${problem} to ${host} (${status})`);
}
