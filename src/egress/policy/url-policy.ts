import { isIP } from 'node:net';
import { EgressDeniedError, type DenialReason } from '../errors/egress-error.js';
import { classifyAddress, parseAddress } from './address-policy.js';
import type { EgressAllowList } from './allow-list.js';

/** The host and port that a connection is opened to. */
export interface Target {
  /** Lower case, without the brackets of an IPv6 address and without the trailing dot of a name. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/**
 * The decision about a target before its name is resolved: `any` address is allowed (the operator listed the host), only `public` and listed
 * addresses are, or only `listed` addresses are, because the target itself breaks a rule (`deniedReason`).
 */
export type Decision =
  { readonly allow: 'any' | 'public' } | { readonly allow: 'listed'; readonly deniedReason: DenialReason };

const ALLOW_ANY: Decision = { allow: 'any' };
const ALLOW_PUBLIC: Decision = { allow: 'public' };

/** RFC 6761 (localhost), RFC 6762 (local), RFC 8375 (home.arpa), ICANN's private-use `internal`, where clouds keep their metadata. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|home\.arpa)$/;
/** A name that may be resolved: no trailing dot, no empty label, nothing that only a URL parser accepts as a name. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

/**
 * Parses a URL with the WHATWG parser and extracts its target. Policy is applied after parsing: the parser turns the hexadecimal, octal,
 * decimal, short and full-width spellings of an IPv4 address into the dotted one, and decodes `%6c` and `。` in names.
 *
 * @param base the URL that `text` is relative to, for redirects
 * @throws {EgressDeniedError} `url` (not absolute, no host), `scheme` (neither https nor http), `userinfo`
 */
export function parseTarget(text: string, base?: URL): { url: URL; target: Target } {
  const url = parseUrl(text, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new EgressDeniedError(url.hostname, 'scheme', `the scheme must be https, got "${url.protocol}"`);
  }
  const target = targetOf(url.protocol, url.hostname, url.port);
  if (url.username !== '' || url.password !== '') {
    throw new EgressDeniedError(
      target.host,
      'userinfo',
      `${target.host} is blocked: the URL contains a user name or password; remove it`,
    );
  }
  return { url, target };
}

function parseUrl(text: string, base: URL | undefined): URL {
  try {
    return new URL(text, base);
  } catch {
    // The parser's error quotes the text, which may contain a secret.
    throw new EgressDeniedError('', 'url', 'the address is not an absolute URL');
  }
}

/** @param port empty for the scheme's default */
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
 * Decides about a target as far as possible without resolving its name.
 *
 * @returns the rule that {@link checkAddress} applies to each resolved address
 * @throws {EgressDeniedError} `address`, `name`, `scheme` or `port`
 */
export function checkTarget(target: Target, allowList: EgressAllowList): Decision {
  const { host, port } = target;
  if (allowList.allows(host, port)) return ALLOW_ANY;
  const isLiteral = isIP(host) !== 0;
  if (isLiteral && classifyAddress(host) !== 'public') throw denied(target, 'address', classifyAddress(host));
  const violation = targetViolation(target, isLiteral);
  if (violation === undefined) return ALLOW_PUBLIC;
  // A name whose addresses are all listed is as good as the addresses themselves.
  if (isLiteral || !HOST_NAME.test(host) || !allowList.mayAllowByAddress(port)) throw denied(target, violation);
  return { allow: 'listed', deniedReason: violation };
}

/**
 * Decides about a target that a browser is sent to. Listed addresses allow a name only if this process resolves it; a browser resolves it
 * itself, and without TLS whatever server answers receives what the browser sends.
 *
 * @throws {EgressDeniedError} as {@link checkTarget}, and `scheme` if plain http would be allowed by resolved addresses only
 */
export function checkBrowserTarget(target: Target, allowList: EgressAllowList): void {
  const { allow } = checkTarget(target, allowList);
  if (allow === 'listed' && !target.secure && !isListedLoopback(target, allowList)) throw denied(target, 'scheme');
}

/** `localhost` is the only name that every browser maps to loopback without a DNS lookup (RFC 6761, 6.3). */
function isListedLoopback({ host, port }: Target, allowList: EgressAllowList): boolean {
  return host === 'localhost' && ['127.0.0.1', '::1'].some((address) => allowList.allows(address, port));
}

/**
 * Checks one resolved address of a target.
 *
 * @throws {EgressDeniedError} `address`, or the decision's `deniedReason`
 */
export function checkAddress(target: Target, decision: Decision, address: string, allowList: EgressAllowList): void {
  if (parseAddress(address) === undefined) {
    const message = `${target.host} is blocked: its name resolved to something that is not an IP address`;
    throw new EgressDeniedError(target.host, 'address', message);
  }
  if (decision.allow === 'any' || allowList.allows(address, target.port)) return;
  const category = classifyAddress(address);
  if (category !== 'public') throw denied(target, 'address', category);
  if (decision.allow === 'listed') throw denied(target, decision.deniedReason);
}

function targetViolation({ host, port, secure }: Target, isLiteral: boolean): DenialReason | undefined {
  if (!isLiteral && (!HOST_NAME.test(host) || !host.includes('.') || LOCAL_NAME.test(host))) return 'name';
  if (!secure) return 'scheme';
  return port === 443 ? undefined : 'port';
}

function denied({ host, port }: Target, reason: DenialReason, category = ''): EgressDeniedError {
  const problems: Partial<Record<DenialReason, string>> = {
    address: `private address (${category})`,
    name: 'not a public host name',
    scheme: 'the scheme must be https',
    port: `the port must be 443, got ${port}`,
  };
  const isListable = isIP(host) !== 0 || HOST_NAME.test(host);
  const entry = isListable ? `${host.includes(':') ? `[${host}]` : host}:${port}` : undefined;
  const hint = entry === undefined ? '' : `; add ${entry} to EGRESS_ALLOW to allow it`;
  return new EgressDeniedError(host, reason, `${host} is blocked: ${problems[reason]}${hint}`, entry);
}
