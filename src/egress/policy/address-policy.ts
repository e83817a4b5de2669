import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = readonly [range: [Address, number], category: string];

const block = (cidr: string, category: string): Block => [ipaddr.parseCIDR(cidr), category];

/** The blocks of IANA's IPv4 special-purpose registry (RFC 6890) that are not globally reachable or that anyone may announce, multicast, and one cloud service. */
const IPV4_BLOCKS = [
  block('0.0.0.0/8', 'this network'),
  block('10.0.0.0/8', 'private use'),
  block('100.64.0.0/10', 'carrier-grade NAT'), // includes 100.100.100.200, Alibaba's metadata service
  block('127.0.0.0/8', 'loopback'),
  block('168.63.129.16/32', 'a cloud service'), // Azure's host agent: a public address that is answered inside the cloud
  block('169.254.0.0/16', 'link-local'),
  block('172.16.0.0/12', 'private use'),
  block('192.0.0.0/24', 'protocol assignments'), // includes 192.0.0.192, Oracle's metadata service
  block('192.0.2.0/24', 'documentation'),
  block('192.31.196.0/24', 'AS112'), // answers for private names; anyone may announce it
  block('192.52.193.0/24', 'multicast relay'),
  block('192.88.99.0/24', '6to4 relay'),
  block('192.168.0.0/16', 'private use'),
  block('192.175.48.0/24', 'AS112'),
  block('198.18.0.0/15', 'benchmarking'),
  block('198.51.100.0/24', 'documentation'),
  block('203.0.113.0/24', 'documentation'),
  block('224.0.0.0/4', 'multicast'),
  block('240.0.0.0/4', 'reserved'), // includes 255.255.255.255
];

/** Global unicast (RFC 4291, 2.4), the only range that IANA assigns from. Addresses outside it that embed an IPv4 address are not public either. */
const IPV6_GLOBAL = ipaddr.parseCIDR('2000::/3');

/** Special-purpose blocks inside 2000::/3 and, for better messages, the best-known blocks outside it. */
const IPV6_BLOCKS = [
  block('2001::/32', 'Teredo'),
  block('2001::/23', 'protocol assignments'),
  block('2001:db8::/32', 'documentation'),
  block('2002::/16', '6to4'),
  block('2620:4f:8000::/48', 'AS112'),
  block('3fff::/20', 'documentation'),
  block('::/128', 'unspecified'),
  block('::1/128', 'loopback'),
  block('::ffff:0:0/96', 'IPv4-mapped'),
  block('::/96', 'IPv4-compatible'),
  block('64:ff9b::/96', 'NAT64'),
  block('64:ff9b:1::/48', 'NAT64'),
  block('fc00::/7', 'private use'), // includes fd00:ec2::254, Amazon's metadata service
  block('fe80::/10', 'link-local'),
  block('fec0::/10', 'site-local'),
  block('ff00::/8', 'multicast'),
];

/** Detects ISATAP interface identifiers, `[02]00:5efe:a.b.c.d` under any prefix, which tunnel to the embedded IPv4 address (RFC 5214, 6.1). */
function isIsatap(address: ipaddr.IPv6): boolean {
  const [, , , , fifth = 0, sixth] = address.parts;
  return (fifth & ~0x0200) === 0 && sixth === 0x5efe;
}

function specialCategory(address: Address, blocks: readonly Block[]): string | undefined {
  return blocks.find(([range]) => address.match(range))?.[1];
}

/**
 * Parses an IP address in its standard notation only.
 *
 * `net.isIP` comes first because ipaddr.js also accepts `0x7f.1` and `017700000001`. Zone identifiers (RFC 4007, 11), which `net.isIP`
 * accepts, are rejected: they name an interface of this machine.
 *
 * @returns `undefined` if the text is not an address
 */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 || text.includes('%') ? undefined : ipaddr.parse(text);
}

/**
 * Classifies an address by the special-purpose registries.
 *
 * @param text an IPv4 or IPv6 address without brackets
 * @returns `'public'` for an address on the public internet, otherwise a category that fits into a message
 */
export function classifyAddress(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return 'not an address';
  if (address instanceof ipaddr.IPv4) return specialCategory(address, IPV4_BLOCKS) ?? 'public';
  const category = specialCategory(address, IPV6_BLOCKS);
  if (category !== undefined) return category;
  if (!address.match(IPV6_GLOBAL)) return 'outside the global range';
  return isIsatap(address) ? 'ISATAP' : 'public';
}

/** Compares addresses rather than spellings: `2001:db8::1` equals `2001:0db8:0::1`. Text that is not an address equals only itself. */
export function isSameAddress(left: string | undefined, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [parseAddress(left ?? ''), parseAddress(right)];
  return a !== undefined && b !== undefined && a.toNormalizedString() === b.toNormalizedString();
}
