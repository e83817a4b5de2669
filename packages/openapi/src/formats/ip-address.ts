/** RFC 2673, section 3.2: dotted decimals without leading zeros. */
const IPV4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const GROUP = /^[\da-f]{1,4}$/i;

export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** Returns whether a text is an IPv6 address (RFC 4291, section 2.2). A zone (`fe80::1%eth0`) is not part of an address. */
export function isIPv6(text: string): boolean {
  const sides = text.split('::');
  const groups = sides.flatMap((side) => (side === '' ? [] : side.split(':')));
  // The last 32 bits may be an IPv4 address.
  const endsInIPv4 = !text.endsWith(':') && isIPv4(groups.at(-1) ?? '');
  const hexadecimal = endsInIPv4 ? groups.slice(0, -1) : groups;
  const size = endsInIPv4 ? groups.length + 1 : groups.length;
  const isSizeFine = sides.length === 1 ? size === 8 : sides.length === 2 && size < 8;
  return isSizeFine && hexadecimal.every((group) => GROUP.test(group));
}
