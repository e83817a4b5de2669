import { isIP, Socket } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { EgressProxySettings } from '../../config/index.js';
import { EgressAbortedError, EgressDeniedError, EgressUnreachableError } from '../errors/egress-error.js';
import { connectFailure, lookupFailure } from '../errors/network-failure.js';
import { abortable } from '../lookup/shared-lookup.js';
import { SystemLookup, type Lookup, type LookupCaller } from '../lookup/system-lookup.js';
import { isSameAddress } from '../policy/address-policy.js';
import type { EgressAllowList } from '../policy/allow-list.js';
import { checkAddress, checkTarget, targetOf, type Decision, type Target } from '../policy/url-policy.js';
import { connectToFirst, type ReportAttempt } from './happy-eyeballs.js';
import { OutgoingProxy } from './outgoing-proxy.js';

/** undici's options, with the request that the connection is opened for. */
export interface ConnectOptions extends buildConnector.Options {
  /** Its abort signal ends the DNS lookup, but no connection in progress: another request can use that. */
  readonly caller?: LookupCaller | undefined;
}

export interface ConnectorOptions {
  readonly allow: EgressAllowList;
  readonly lookup?: Lookup | undefined;
  /** Covers DNS lookup, connection and TLS handshake together. */
  readonly timeoutMs: number;
  readonly ca?: string | undefined;
  /** Opens the connections to all hosts and addresses that are not listed in `allow`. */
  readonly proxy?: EgressProxySettings | undefined;
  /** Sends names to the proxy instead of checked addresses. */
  readonly proxyResolves?: boolean | undefined;
}

/** The number of addresses that are tried; all of them are checked. */
const MAX_ATTEMPTS = 6;

function createUndiciConnector(ca: string | undefined): buildConnector.connector {
  return buildConnector({
    // One context for all connections: loading the trusted certificates takes milliseconds.
    secureContext: createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    }),
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect.
    rejectUnauthorized: true,
    allowH2: false,
    timeout: 0, // Connector's timeout covers the DNS lookup as well
  });
}

/**
 * Opens connections for undici, to checked addresses only.
 *
 * Resolves the name once, checks every address, and connects to a checked address, never to the name: DNS rebinding has no effect.
 * `net.connect`'s `lookup` hook would not do, because Node does not call it for literal addresses. The TLS server name and the certificate
 * check still use the host name.
 *
 * With a proxy, the connection is a tunnel to the checked address, unless the host or the address is listed.
 */
export class Connector {
  readonly #allowList: EgressAllowList;
  readonly #lookup: Lookup;
  readonly #timeoutMs: number;
  readonly #open: buildConnector.connector;
  readonly #proxy: OutgoingProxy | undefined;
  readonly #proxyResolves: boolean;
  readonly #pending = new Map<AbortController, Target>();

  /** @param open connects to one address; replaceable for tests */
  constructor(options: ConnectorOptions, open = createUndiciConnector(options.ca)) {
    this.#allowList = options.allow;
    this.#lookup = options.lookup ?? new SystemLookup().lookup;
    this.#timeoutMs = options.timeoutMs;
    this.#open = open;
    this.#proxy = options.proxy && new OutgoingProxy(options.proxy, this.#lookup, open);
    this.#proxyResolves = options.proxyResolves ?? false;
  }

  /** Connects as undici expects it. Errors are {@link EgressError}s. */
  readonly connect = (options: ConnectOptions, callback: buildConnector.Callback): void =>
    void this.#connectWithCallback(options, callback);

  /** Aborts every connection that is not established yet. */
  close(): void {
    for (const [controller, { host }] of this.#pending) controller.abort(new EgressAbortedError(host));
  }

  async #connectWithCallback(options: ConnectOptions, callback: buildConnector.Callback): Promise<void> {
    const target = targetOf(options.protocol, options.hostname, options.port);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(this.#timeoutError(target)), this.#timeoutMs);
    this.#pending.set(controller, target);
    let socket: Socket;
    try {
      socket = await this.#connect(options, target, controller);
    } catch (error) {
      return callback(connectFailure(target.host, error), null);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(controller);
    }
    callback(null, socket);
  }

  async #connect({ caller, ...options }: ConnectOptions, target: Target, controller: AbortController): Promise<Socket> {
    const decision = checkTarget(target, this.#allowList);
    const addresses = this.#proxyWillResolve(decision)
      ? [target.host]
      : await this.#checkedAddresses(target, decision, controller, caller);
    const servername = isIP(target.host) === 0 ? target.host : '';
    const attempts = new AbortController();
    const open = (address: string, report: ReportAttempt): Socket | undefined => {
      const toAddress = { ...options, hostname: address, servername };
      const proxy = decision.allow === 'any' ? undefined : this.#proxyTo(address, target.port);
      if (proxy === undefined) return this.#openDirectly(toAddress, target, report);
      return void this.#openThrough(proxy, toAddress, target, attempts.signal).then(
        (socket) => report(null, socket),
        (error: unknown) => report(connectFailure(target.host, error)),
      );
    };
    return connectToFirst(addresses.slice(0, MAX_ATTEMPTS), open, controller.signal).finally(() => attempts.abort());
  }

  #openDirectly(options: buildConnector.Options, target: Target, report: ReportAttempt): Socket | undefined {
    const socket: unknown = this.#open(options, (error, socket) => {
      if (error === null) reportPeer(target, options.hostname, socket, report);
      else report(connectFailure(target.host, error));
    });
    return socket instanceof Socket ? socket : undefined; // undici's types omit the return value
  }

  /**
   * Opens a TLS connection in a tunnel, whose peer is the proxy. Plain http is allowed to listed targets only, which are reached directly.
   *
   * @param signal closes it until it is established
   */
  async #openThrough(
    proxy: OutgoingProxy,
    options: buildConnector.Options,
    target: Target,
    signal: AbortSignal,
  ): Promise<Socket> {
    const tunnel = await proxy.tunnel(target, options.hostname, signal);
    const abort = (): void => void tunnel.destroy();
    signal.addEventListener('abort', abort, { once: true });
    return new Promise((resolve, reject) =>
      this.#open({ ...options, httpSocket: tunnel }, (...[error, socket]) => {
        signal.removeEventListener('abort', abort);
        if (error === null) return resolve(socket);
        tunnel.destroy();
        reject(error);
      }),
    );
  }

  /** Returns the proxy for an address or name, `undefined` for a direct connection. */
  #proxyTo(host: string, port: number): OutgoingProxy | undefined {
    return this.#proxy === undefined || this.#allowList.allows(host, port) ? undefined : this.#proxy;
  }

  /** A target that is allowed only by its addresses is always resolved here: these are listed, and so reached directly. */
  #proxyWillResolve({ allow }: Decision): boolean {
    return this.#proxy !== undefined && this.#proxyResolves && allow === 'public';
  }

  #timeoutError({ host, port }: Target): EgressUnreachableError {
    const isProxied = this.#proxyTo(host, port) !== undefined;
    const problem = isProxied ? 'was not reached through the outgoing proxy' : 'did not accept the connection';
    return new EgressUnreachableError(host, 'connect', `${host} ${problem} within ${this.#timeoutMs} ms`);
  }

  async #checkedAddresses(
    target: Target,
    decision: Decision,
    controller: AbortController,
    caller: LookupCaller | undefined,
  ): Promise<readonly string[]> {
    if (isIP(target.host) !== 0) return [target.host];
    const records = await this.#resolve(target.host, controller, caller);
    if (records.length === 0) throw lookupFailure(target.host, undefined);
    // One denied address denies them all: an honest name does not mix public and private addresses.
    for (const { address } of records) checkAddress(target, decision, address, this.#allowList);
    return records.map(({ address }) => address);
  }

  async #resolve(host: string, controller: AbortController, caller: LookupCaller | undefined) {
    const { signal } = controller;
    const abort = (): void => controller.abort(caller?.signal.reason);
    if (caller?.signal.aborted === true) abort();
    caller?.signal.addEventListener('abort', abort, { once: true });
    try {
      return await abortable(this.#lookup(host, { tenantId: caller?.tenantId ?? '', signal }), signal);
    } catch (error) {
      throw signal.aborted ? (signal.reason as Error) : lookupFailure(host, error);
    } finally {
      caller?.signal.removeEventListener('abort', abort);
    }
  }
}

/** Reports a connection only if the peer's address, according to the kernel, is the checked address. */
function reportPeer(target: Target, address: string, socket: Socket, report: ReportAttempt): void {
  const peer = socket.remoteAddress;
  if (isSameAddress(peer, address)) return report(null, socket);
  socket.destroy();
  if (peer === undefined) report(connectFailure(target.host, { code: 'ECONNRESET' }));
  else
    report(
      new EgressDeniedError(
        target.host,
        'address',
        `${target.host} is blocked: the connection led to an address that was not checked`,
      ),
    );
}
