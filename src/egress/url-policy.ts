import { isIP } from 'node:net';
import { judgeAddress, parseAddress } from './address-policy.js';
import type { EgressAllowList } from './allow-list.js';
import { EgressDeniedError, type DenialReason } from './errors.js';

/** Where a connection would go. */
export interface Target {
  /** Lower case, without the brackets of an IPv6 address and without the final dot of a name. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/**
 * What the addresses of a target must be for it to be reached: `any` (the operator named the host), `public` or listed, or `listed`, that is
 * named by the operator, because of the `otherwise` of the target.
 */
export type Admission =
  { readonly addresses: 'any' | 'public' } | { readonly addresses: 'listed'; readonly otherwise: DenialReason };

const ANY: Admission = { addresses: 'any' };
const PUBLIC: Admission = { addresses: 'public' };

/** RFC 6761 (localhost), RFC 6762 (local), RFC 8375 (home.arpa), ICANN's private-use `internal`, where clouds keep their metadata. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|home\.arpa)$/;
/** What a look-up may be asked for: no final dot here, no empty label, nothing that only a URL parser would take for a name. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

/**
 * Reads a URL with the WHATWG parser and takes the target out of it. Judging comes after parsing: the parser turns the hexadecimal, octal,
 * decimal, short and full-width spellings of an IPv4 address into the dotted one, and decodes `%6c` and `。` in names.
 *
 * @param base what a relative `text`, a redirect's, is relative to
 * @throws {EgressDeniedError} `url` (not absolute, no host), `scheme` (neither https nor http), `userinfo`
 */
export function parseTarget(text: string, base?: URL): { url: URL; target: Target } {
  const url = parseUrl(text, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new EgressDeniedError(url.hostname, 'scheme', `${url.protocol} URLs may not be called; only https: may`);
  }
  const target = targetOf(url.protocol, url.hostname, url.port);
  if (url.username !== '' || url.password !== '') {
    throw new EgressDeniedError(target.host, 'userinfo', `the URL of ${target.host} carries a user name or password`);
  }
  return { url, target };
}

function parseUrl(text: string, base: URL | undefined): URL {
  try {
    return new URL(text, base);
  } catch {
    // The parser's error carries the text, which may hold a secret.
    throw new EgressDeniedError('', 'url', 'the address of the call is not a complete URL');
  }
}

/** @param port empty for the scheme's own */
export function targetOf(protocol: string, hostname: string, port: string): Target {
  const secure = protocol === 'https:';
  const host = hostname.startsWith('[')
    ? hostname.slice(1, -1)
    : hostname.endsWith('.')
      ? hostname.slice(0, -1)
      : hostname;
  return { host, port: port === '' ? (secure ? 443 : 80) : Number(port), secure };
}

/**
 * Judges a target as far as can be done without a look-up.
 *
 * @returns what {@link admitAddress} has to demand of each address that the look-up finds
 * @throws {EgressDeniedError} `address`, `name`, `scheme` or `port`
 */
export function admitTarget(target: Target, allow: EgressAllowList): Admission {
  const { host, port } = target;
  if (allow.allows(host, port)) return ANY;
  const literal = isIP(host) !== 0;
  if (literal && judgeAddress(host) !== 'public') throw denied(target, 'address', judgeAddress(host));
  const odd = oddity(target, literal);
  if (odd === undefined) return PUBLIC;
  // A name whose addresses the operator has listed is as good as the addresses themselves.
  if (literal || !HOST_NAME.test(host) || !allow.mayAllowByAddress(port)) throw denied(target, odd);
  return { addresses: 'listed', otherwise: odd };
}

/**
 * Judges a target that a browser is sent to. Listed addresses stand for a name where this process looks it up; a browser looks it up
 * itself, and without TLS whoever answers it gets what the browser carries.
 *
 * @throws {EgressDeniedError} as {@link admitTarget}, and `scheme` where only a look-up could have allowed plain http
 */
export function admitBrowser(target: Target, allow: EgressAllowList): void {
  const { addresses } = admitTarget(target, allow);
  if (addresses === 'listed' && !target.secure && !isListedLoopback(target, allow)) throw denied(target, 'scheme');
}

/** The one name that leads to loopback without a look-up, in every browser (RFC 6761, 6.3). */
function isListedLoopback({ host, port }: Target, allow: EgressAllowList): boolean {
  return host === 'localhost' && ['127.0.0.1', '::1'].some((address) => allow.allows(address, port));
}

/**
 * Judges one address that a look-up found for a target.
 *
 * @throws {EgressDeniedError} `address`, or the `otherwise` of the admission
 */
export function admitAddress(target: Target, admission: Admission, address: string, allow: EgressAllowList): void {
  if (parseAddress(address) === undefined) throw denied(target, 'address', 'not an address');
  if (admission.addresses === 'any' || allow.allows(address, target.port)) return;
  const kind = judgeAddress(address);
  if (kind !== 'public') throw denied(target, 'address', kind);
  if (admission.addresses === 'listed') throw denied(target, admission.otherwise);
}

function oddity({ host, port, secure }: Target, literal: boolean): DenialReason | undefined {
  if (!literal && (!HOST_NAME.test(host) || !host.includes('.') || LOCAL_NAME.test(host))) return 'name';
  if (!secure) return 'scheme';
  return port === 443 ? undefined : 'port';
}

function denied({ host, port }: Target, reason: DenialReason, kind = ''): EgressDeniedError {
  const why: Partial<Record<DenialReason, string>> = {
    address: `its address is not on the public internet (${kind})`,
    name: 'it is not a public host name',
    scheme: 'only https is allowed',
    port: `port ${port} is not allowed, only 443 is`,
  };
  return new EgressDeniedError(host, reason, `${host} may not be called: ${why[reason]}`);
}
