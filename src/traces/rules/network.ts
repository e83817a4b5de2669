import type { Facts } from '../facts/facts.js';
import { endpointName, endpointOf, type Rule } from './rule.js';

const denied =
  (...reasons: string[]) =>
  ({ failure }: Facts): boolean =>
    failure?.code === 'egress_denied' && reasons.includes(failure.reason ?? '');

const unreachable =
  (reason: string, message = /(?:)/) =>
  ({ failure }: Facts): boolean =>
    failure?.code === 'upstream_unreachable' && failure.reason === reason && message.test(failure.message);

const failed =
  (code: string) =>
  ({ failure }: Facts): boolean =>
    failure?.code === code;

const field = (facts: Facts): string => endpointOf(facts).field;

/** Rules for requests without a response. Specific rules come before general ones. */
export const NETWORK: readonly Rule[] = [
  {
    code: 'url_not_https',
    matches: denied('scheme'),
    problem: (facts) => `${endpointName(facts)} is not https, so secrets would be sent unencrypted.`,
    change: (facts) =>
      `Set ${field(facts)} to the https URL. For your own server, the operator can allow its host in EGRESS_ALLOW.`,
  },
  {
    code: 'address_not_public',
    matches: denied('address', 'name'),
    problem: (facts) => `${endpointName(facts)} resolves to an address that is not public.`,
    change: (facts) =>
      `Set ${field(facts)} to a public host name. For your own server, the operator can allow it in EGRESS_ALLOW.`,
  },
  {
    code: 'port_not_allowed',
    matches: denied('port'),
    problem: (facts) => `${endpointName(facts)} uses a port other than 443.`,
    change: (facts) =>
      `Remove the port from ${field(facts)}. If the provider has no other port, the operator can allow host and port in EGRESS_ALLOW.`,
  },
  {
    code: 'url_with_password',
    matches: denied('userinfo'),
    problem: (facts) => `${field(facts)} contains a user name or password.`,
    change: (facts) =>
      `Remove it from ${field(facts)}, and put the client's credentials in client_id and client_secret.`,
  },
  {
    code: 'url_incomplete',
    matches: denied('url', 'redirect'),
    problem: (facts) => `${field(facts)} is not a valid URL, or redirects to one that is not allowed.`,
    change: (facts) => `Set ${field(facts)} to the complete final URL, starting with https://.`,
  },
  {
    code: 'timed_out',
    matches: failed('upstream_timeout'),
    problem: (facts) => `${endpointName(facts)} did not respond in time.`,
    change: (facts) =>
      `Try again. If the problem persists, check that ${field(facts)} is correct and that the server is reachable from here: a firewall may drop the requests.`,
  },
  {
    code: 'host_unknown',
    matches: unreachable('dns'),
    problem: (facts) => `The host of ${endpointName(facts)} cannot be resolved.`,
    change: (facts) => `Correct the host in ${field(facts)}. If it is correct, check the DNS server of this machine.`,
  },
  {
    code: 'outgoing_proxy_failed',
    matches: unreachable('proxy'),
    problem: (facts) => `The outgoing proxy of this server failed, so ${endpointName(facts)} was not reached.`,
    change: 'The operator has to check EGRESS_PROXY: the address of the proxy, its credentials and its certificate.',
  },
  {
    code: 'connection_refused',
    matches: unreachable('connect'),
    problem: (facts) => `${endpointName(facts)} refused the connection.`,
    change: (facts) =>
      `Check the host and port in ${field(facts)}, that the server is running, and that its firewall admits this machine.`,
  },
  {
    code: 'connection_broken',
    matches: unreachable('reset'),
    problem: (facts) => `${endpointName(facts)} closed the connection before the response was complete.`,
    change: (facts) =>
      `Try again. If the problem persists, look at the log of the server at ${field(facts)}, or of the proxy in front of it.`,
  },
  {
    code: 'certificate_expired',
    matches: unreachable('tls', /has expired|not valid yet/),
    problem: (facts) => `The certificate of ${endpointName(facts)} has expired or is not valid yet.`,
    change: 'Renew the certificate at the provider. If it is valid, correct the clock of this machine.',
  },
  {
    code: 'certificate_of_other_host',
    matches: unreachable('tls', /another host name/),
    problem: (facts) => `The certificate of ${endpointName(facts)} was issued for a different host name.`,
    change: (facts) =>
      `Set ${field(facts)} to the host name in the certificate, or install a certificate for this name.`,
  },
  {
    code: 'certificate_self_signed',
    matches: unreachable('tls', /self-signed/),
    problem: (facts) => `The certificate of ${endpointName(facts)} is self-signed.`,
    change:
      'Install a certificate from a public certificate authority. For your own authority, the operator can set NODE_EXTRA_CA_CERTS.',
  },
  {
    code: 'certificate_untrusted',
    matches: unreachable('tls', /traced to a trusted authority|revoked|made for servers/),
    problem: (facts) =>
      `The certificate of ${endpointName(facts)} was issued by an authority that is not trusted here, or was revoked.`,
    change:
      'Configure the server to send the complete chain, with intermediate certificates. For your own authority, the operator can set NODE_EXTRA_CA_CERTS.',
  },
  {
    code: 'tls_failed',
    matches: unreachable('tls'),
    problem: (facts) => `The TLS connection to ${endpointName(facts)} failed.`,
    change: (facts) =>
      `Check that ${field(facts)} is an https server that supports TLS 1.2 or later and does not require a client certificate.`,
  },
  {
    code: 'answer_not_http',
    matches: failed('upstream_invalid'),
    problem: (facts) => `${endpointName(facts)} sent a response that is not valid HTTP.`,
    change: (facts) =>
      `Check that ${field(facts)} is a web server, and whether a proxy in front of it modifies its responses.`,
  },
  {
    code: 'answer_too_large',
    matches: failed('upstream_too_large'),
    problem: (facts) => `${endpointName(facts)} sent a response that is too large for a token response.`,
    change: (facts) => `Set ${field(facts)} to the token endpoint; it seems to be a page or a file.`,
  },
];
