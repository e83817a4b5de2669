import ipaddr from 'ipaddr.js';

/** Who shares one count: an IPv4 address, or the /64 that an IPv6 address is one of many in (RFC 6177, RFC 4291 section 2.5.1). */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
