import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseAddress } from './address-policy.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

interface AddressEntry {
  readonly range: [Address, number];
  /** `undefined` means every port. */
  readonly port: number | undefined;
}

const ENTRY = /^(?:\[(?<v6>[^\]]*)\]|(?<host>[^:[\]/\\?#@]*))(?::(?<port>\d{1,5}))?$/;

/**
 * Hosts that may be reached although private, plain http or on another port.
 *
 * | entry | allows |
 * | --- | --- |
 * | `host` | this host name: any port, https or http, whatever addresses it has |
 * | `host:port` | the same on this port only |
 * | `10.0.0.7`, `[fd00::7]`, `fd00::7`, `10.0.0.0/8`, `fd00::/8` | these addresses, in the URL or as the result of a look-up: any port, https or http |
 * | `10.0.0.7:8080`, `[fd00::7]:8080` | the same on this port only |
 */
export class EgressAllowList {
  readonly #names = new Set<string>();
  readonly #addresses: AddressEntry[] = [];

  private constructor() {}

  /**
   * @param text the value of EGRESS_ALLOW: entries separated by commas; empty ones are skipped
   * @throws {RangeError} names the entry that cannot be read
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
   * Whether the list names this host. An address is looked for among the addresses, a name among the names.
   *
   * @param host lower case, without brackets and trailing dot
   */
  allows(host: string, port: number): boolean {
    if (isIP(host) === 0) return this.#names.size > 0 && (this.#names.has(host) || this.#names.has(`${host}:${port}`));
    const address = parseAddress(host);
    return address !== undefined && this.#addresses.some((entry) => reaches(entry, port) && contains(entry, address));
  }

  /** Whether a host that the list does not name may still turn out to be allowed on this port by its addresses. */
  mayAllowByAddress(port: number): boolean {
    return this.#addresses.some((entry) => reaches(entry, port));
  }

  #add(entry: string): void {
    if (entry.includes('/')) this.#addresses.push({ range: readCidr(entry), port: undefined });
    else if (isIP(entry) !== 0) this.#addresses.push({ range: readSingle(entry, entry), port: undefined });
    else this.#addHost(entry);
  }

  #addHost(entry: string): void {
    const { v6, host, port: digits } = ENTRY.exec(entry)?.groups ?? {};
    const text = v6 ?? host;
    if (text === undefined) throw unreadable(entry);
    const port = digits === undefined ? undefined : readPort(digits, entry);
    if (v6 !== undefined || isIP(text) !== 0) this.#addresses.push({ range: readSingle(text, entry), port });
    else this.#names.add(readName(text, entry) + (port === undefined ? '' : `:${port}`));
  }
}

function reaches(entry: AddressEntry, port: number): boolean {
  return entry.port === undefined || entry.port === port;
}

function contains({ range: [network, bits] }: AddressEntry, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

function unreadable(entry: string): RangeError {
  return new RangeError(`EGRESS_ALLOW: "${entry}" is not a host, host:port, address or CIDR`);
}

function readPort(digits: string, entry: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw unreadable(entry);
  return port;
}

function readSingle(text: string, entry: string): [Address, number] {
  const address = parseAddress(text);
  if (address === undefined) throw unreadable(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function readCidr(entry: string): [Address, number] {
  const [text = '', digits = '', ...rest] = entry.split('/');
  const [address, most] = readSingle(text.replace(/^\[(.*)\]$/, '$1'), entry);
  if (rest.length > 0 || !/^\d{1,3}$/.test(digits) || Number(digits) > most) throw unreadable(entry);
  return [address, Number(digits)];
}

/** Names are kept as the URL parser will spell them, so that `Bücher.example` matches; a spelling of an address is no name. */
function readName(text: string, entry: string): string {
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : undefined;
  const name = url?.hostname.replace(/\.$/, '') ?? '';
  if (isIP(name) !== 0 || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || url?.host !== url?.hostname)
    throw unreadable(entry);
  return name;
}
