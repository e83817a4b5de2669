import ipaddr from 'ipaddr.js';

/** Returns the network whose requests are counted together: an IPv4 address, or the /64 of an IPv6 address (RFC 6177, RFC 4291 section 2.5.1). */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
