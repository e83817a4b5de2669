import { parseUrl } from '../../common/index.js';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseAddress } from './address-policy.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

interface AddressEntry {
  readonly range: [Address, number];
  /** `undefined` for every port. */
  readonly port: number | undefined;
}

const ENTRY = /^(?:\[(?<v6>[^\]]*)\]|(?<host>[^:[\]/\\?#@]*))(?::(?<port>\d{1,5}))?$/;

/**
 * The hosts that may be called although they are private, use plain http or listen on a port other than 443.
 *
 * | entry | allows |
 * | --- | --- |
 * | `host` | this host name: any port, https or http, whatever addresses it has |
 * | `host:port` | the same on this port only |
 * | `10.0.0.7`, `[fd00::7]`, `fd00::7`, `10.0.0.0/8`, `fd00::/8` | these addresses, in the URL or as the result of a DNS lookup: any port, https or http |
 * | `10.0.0.7:8080`, `[fd00::7]:8080` | the same on this port only |
 */
export class EgressAllowList {
  readonly #names = new Set<string>();
  readonly #addresses: AddressEntry[] = [];

  private constructor() {}

  /**
   * @param text the value of EGRESS_ALLOW: entries separated by commas; empty entries are skipped
   * @throws {RangeError} an entry is invalid; the message quotes it
   */
  static parse(text: string): EgressAllowList {
    const list = new EgressAllowList();
    for (const part of text.split(',')) {
      const entry = part.trim();
      if (entry !== '') list.#add(entry);
    }
    return list;
  }

  /**
   * Returns whether the list contains this host. An address is compared with the listed addresses, a name with the listed names.
   *
   * @param host lower case, without brackets or trailing dot
   */
  allows(host: string, port: number): boolean {
    if (isIP(host) === 0) return this.#names.size > 0 && (this.#names.has(host) || this.#names.has(`${host}:${port}`));
    const address = parseAddress(host);
    return (
      address !== undefined && this.#addresses.some((entry) => includesPort(entry, port) && contains(entry, address))
    );
  }

  /** Returns whether a host that is not listed may still be allowed on this port by its resolved addresses. */
  mayAllowByAddress(port: number): boolean {
    return this.#addresses.some((entry) => includesPort(entry, port));
  }

  #add(entry: string): void {
    if (entry.includes('/')) this.#addresses.push({ range: parseCidr(entry), port: undefined });
    else if (isIP(entry) !== 0) this.#addresses.push({ range: parseSingleAddress(entry, entry), port: undefined });
    else this.#addHost(entry);
  }

  #addHost(entry: string): void {
    const { v6, host, port: digits } = ENTRY.exec(entry)?.groups ?? {};
    const text = v6 ?? host;
    if (text === undefined) throw invalidEntry(entry);
    const port = digits === undefined ? undefined : parsePort(digits, entry);
    if (v6 !== undefined || isIP(text) !== 0) this.#addresses.push({ range: parseSingleAddress(text, entry), port });
    else this.#names.add(parseName(text, entry) + (port === undefined ? '' : `:${port}`));
  }
}

function includesPort(entry: AddressEntry, port: number): boolean {
  return entry.port === undefined || entry.port === port;
}

function contains({ range: [network, bits] }: AddressEntry, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

function invalidEntry(entry: string): RangeError {
  return new RangeError(`EGRESS_ALLOW: "${entry}" must be a host, host:port, IP address or CIDR range`);
}

function parsePort(digits: string, entry: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw invalidEntry(entry);
  return port;
}

function parseSingleAddress(text: string, entry: string): [Address, number] {
  const address = parseAddress(text);
  if (address === undefined) throw invalidEntry(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function parseCidr(entry: string): [Address, number] {
  const [text = '', digits = '', ...rest] = entry.split('/');
  const [address, maxBits] = parseSingleAddress(text.replace(/^\[(.*)\]$/, '$1'), entry);
  if (rest.length > 0 || !/^\d{1,3}$/.test(digits) || Number(digits) > maxBits) throw invalidEntry(entry);
  return [address, Number(digits)];
}

/** Stores names as the URL parser spells them, so that `Bücher.example` matches. Rejects names that the parser reads as an address. */
function parseName(text: string, entry: string): string {
  const url = parseUrl(`https://${text}`);
  const name = url?.hostname.replace(/\.$/, '') ?? '';
  if (isIP(name) !== 0 || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || url?.host !== url?.hostname)
    throw invalidEntry(entry);
  return name;
}
