import { isIPv6 } from './ip-address.js';

/** The Dot-string of a local part (RFC 5321, section 4.1.2). */
const DOT_STRING = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** The Quoted-string of a local part (RFC 5321, section 4.1.2). */
const QUOTED_STRING = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/;
/** A sub-domain (RFC 5321, section 4.1.2), and the length of a label (RFC 1035, section 2.3.4). */
const LABEL = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;
/** The length of a domain (RFC 5321, section 4.5.3.1.2). */
const MAX_DOMAIN_LENGTH = 255;
/** IPv4-address-literal (RFC 5321, section 4.1.3), whose numbers may have leading zeros. */
const IPV4_LITERAL = /^(?:25[0-5]|2[0-4]\d|[01]?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|[01]?\d?\d)){3}$/;
const IPV6_TAG = /^IPv6:/i;

/** Returns whether a text is a Mailbox (RFC 5321, section 4.1.2), as the format `email` demands. */
export function isEmail(text: string): boolean {
  // A quoted local part may contain "@", a domain cannot.
  const at = text.lastIndexOf('@');
  if (at === -1) return false;
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  return (DOT_STRING.test(local) || QUOTED_STRING.test(local)) && (isDomain(domain) || isAddressLiteral(domain));
}

function isDomain(domain: string): boolean {
  return domain.length <= MAX_DOMAIN_LENGTH && domain.split('.').every((label) => LABEL.test(label));
}

/** Accepts the tags that are registered: IPv6 is the only one. */
function isAddressLiteral(domain: string): boolean {
  if (!domain.startsWith('[') || !domain.endsWith(']')) return false;
  const address = domain.slice(1, -1);
  return IPV6_TAG.test(address) ? isIPv6(address.replace(IPV6_TAG, '')) : IPV4_LITERAL.test(address);
}
