import { lookup as resolve } from 'node:dns/promises';
import { isIP, Socket } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { sameAddress } from './address-policy.js';
import type { EgressAllowList } from './allow-list.js';
import { connectToFirst, type Report } from './connect-race.js';
import { EgressAbortedError, EgressDeniedError, EgressUnreachableError } from './errors.js';
import { connectFailure, lookupFailure } from './failures.js';
import { admitAddress, admitTarget, targetOf, type Target } from './url-policy.js';

export type Lookup = (hostname: string) => Promise<readonly { address: string; family: 4 | 6 }[]>;

export interface ConnectorOptions {
  readonly allow: EgressAllowList;
  readonly lookup?: Lookup | undefined;
  /** For look-up, connection and TLS handshake together. */
  readonly timeoutMs: number;
  readonly ca?: string | undefined;
}

/** More addresses than anyone needs to try; all of them are judged. */
const MOST_ATTEMPTS = 6;

const lookupAll: Lookup = async (hostname) => {
  const found = await resolve(hostname, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

function openWith(ca: string | undefined): buildConnector.connector {
  return buildConnector({
    // One context for all connections: reading the trusted certificates takes milliseconds.
    secureContext: createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    }),
    // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing.
    rejectUnauthorized: true,
    allowH2: false,
    timeout: 0, // ours covers the look-up too
  });
}

/**
 * Opens connections for undici to checked addresses only.
 *
 * The look-up happens here, once; every address it finds is judged; the connection goes to the numbers that were judged, never to the name
 * again, so that a name that changes its answer gains nothing. `net.connect`'s own `lookup` hook would not do: Node does not call it for
 * literal addresses. TLS server name and certificate stay on the host name.
 */
export class Connector {
  readonly #allow: EgressAllowList;
  readonly #lookup: Lookup;
  readonly #timeoutMs: number;
  readonly #open: buildConnector.connector;
  readonly #pending = new Map<AbortController, Target>();

  /** @param open the way to one address, replaceable for tests */
  constructor(options: ConnectorOptions, open = openWith(options.ca)) {
    this.#allow = options.allow;
    this.#lookup = options.lookup ?? lookupAll;
    this.#timeoutMs = options.timeoutMs;
    this.#open = open;
  }

  /** undici's face of it. Failures are {@link EgressError}s. */
  readonly connect: buildConnector.connector = (options, callback) => void this.#serve(options, callback);

  /** Gives up every connection that is still being made. */
  close(): void {
    for (const [controller, { host }] of this.#pending) controller.abort(new EgressAbortedError(host));
  }

  async #serve(options: buildConnector.Options, callback: buildConnector.Callback): Promise<void> {
    const target = targetOf(options.protocol, options.hostname, options.port);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(tooSlow(target, this.#timeoutMs)), this.#timeoutMs);
    this.#pending.set(controller, target);
    let socket: Socket;
    try {
      socket = await this.#connect(options, target, controller.signal);
    } catch (error) {
      return callback(connectFailure(target.host, error), null);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(controller);
    }
    callback(null, socket);
  }

  async #connect(options: buildConnector.Options, target: Target, signal: AbortSignal): Promise<Socket> {
    const addresses = await this.#checkedAddresses(target, signal);
    const servername = isIP(target.host) === 0 ? target.host : '';
    const open = (address: string, report: Report): Socket | undefined => {
      const socket: unknown = this.#open({ ...options, hostname: address, servername }, (error, socket) => {
        if (error === null) reportPeer(target, address, socket, report);
        else report(connectFailure(target.host, error));
      });
      return socket instanceof Socket ? socket : undefined; // undici's types keep quiet about it
    };
    return connectToFirst(addresses.slice(0, MOST_ATTEMPTS), open, signal);
  }

  async #checkedAddresses(target: Target, signal: AbortSignal): Promise<readonly string[]> {
    const admission = admitTarget(target, this.#allow);
    if (isIP(target.host) !== 0) return [target.host];
    const found = await unlessAborted(
      this.#lookup(target.host).catch((error: unknown) => Promise.reject(lookupFailure(target.host, error))),
      signal,
    );
    if (found.length === 0) throw lookupFailure(target.host, undefined);
    // Any bad address refuses them all: an honest name does not mix public and private ones.
    for (const { address } of found) admitAddress(target, admission, address, this.#allow);
    return found.map(({ address }) => address);
  }
}

/** The last look: what the kernel says we are connected to must be what was judged. */
function reportPeer(target: Target, address: string, socket: Socket, report: Report): void {
  const peer = socket.remoteAddress;
  if (sameAddress(peer, address)) return report(null, socket);
  socket.destroy();
  if (peer === undefined) report(connectFailure(target.host, { code: 'ECONNRESET' }));
  else
    report(
      new EgressDeniedError(target.host, 'address', `${target.host} was reached at an address that was not checked`),
    );
}

function tooSlow({ host }: Target, timeoutMs: number): EgressUnreachableError {
  return new EgressUnreachableError(host, 'connect', `${host} did not accept the connection within ${timeoutMs} ms`);
}

/** `getaddrinfo` cannot be stopped; its late answer is dropped. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
