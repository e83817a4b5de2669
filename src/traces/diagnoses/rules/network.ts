import type { Facts } from './facts.js';
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

/** Where no answer was had. A more special rule stands before the one that takes the rest. */
export const NETWORK: readonly Rule[] = [
  {
    code: 'url_not_https',
    matches: denied('scheme'),
    wrong: (facts) => `${endpointName(facts)} is not https, and a secret would be sent in the clear.`,
    change: (facts) =>
      `Set ${field(facts)} to the https URL. For a server of your own the operator can allow its host in EGRESS_ALLOW.`,
  },
  {
    code: 'address_not_public',
    matches: denied('address', 'name'),
    wrong: (facts) => `${endpointName(facts)} leads to an address that is not on the public internet.`,
    change: (facts) =>
      `Set ${field(facts)} to a public host name. For a server of your own the operator can allow it in EGRESS_ALLOW.`,
  },
  {
    code: 'port_not_allowed',
    matches: denied('port'),
    wrong: (facts) => `${endpointName(facts)} names another port than 443.`,
    change: (facts) =>
      `Take the port out of ${field(facts)}. If the provider has no other, the operator can allow host and port in EGRESS_ALLOW.`,
  },
  {
    code: 'url_with_password',
    matches: denied('userinfo'),
    wrong: (facts) => `${field(facts)} has a user name or password in it.`,
    change: (facts) =>
      `Take it out of ${field(facts)}; the client's credentials belong into client_id and client_secret.`,
  },
  {
    code: 'url_incomplete',
    matches: denied('url', 'redirect'),
    wrong: (facts) => `${field(facts)} is not a URL that can be called, or leads on to one that may not be.`,
    change: (facts) => `Set ${field(facts)} to the complete final URL, from https:// on.`,
  },
  {
    code: 'timed_out',
    matches: failed('upstream_timeout'),
    wrong: (facts) => `${endpointName(facts)} did not answer in time.`,
    change: (facts) =>
      `Try again. If it stays so, check that ${field(facts)} is right and that the server can be reached from here: a firewall may swallow the requests.`,
  },
  {
    code: 'host_unknown',
    matches: unreachable('dns'),
    wrong: (facts) => `The host of ${endpointName(facts)} has no address.`,
    change: (facts) =>
      `Correct the host in ${field(facts)}. If it is right, the name server of this machine does not know it.`,
  },
  {
    code: 'connection_refused',
    matches: unreachable('connect'),
    wrong: (facts) => `${endpointName(facts)} did not accept the connection.`,
    change: (facts) =>
      `Check host and port in ${field(facts)}, that the server is running, and that its firewall lets this machine in.`,
  },
  {
    code: 'connection_broken',
    matches: unreachable('reset'),
    wrong: (facts) => `${endpointName(facts)} closed the connection before its answer was complete.`,
    change: (facts) =>
      `Begin again. If it stays so, look into the log of the server behind ${field(facts)}, or of the proxy before it.`,
  },
  {
    code: 'certificate_expired',
    matches: unreachable('tls', /has expired|not valid yet/),
    wrong: (facts) => `The certificate of ${endpointName(facts)} has expired, or is not valid yet.`,
    change: 'Renew the certificate at the provider. If it is in order, set the clock of this machine.',
  },
  {
    code: 'certificate_of_other_host',
    matches: unreachable('tls', /another host name/),
    wrong: (facts) => `The certificate of ${endpointName(facts)} was issued for another host name.`,
    change: (facts) =>
      `Set ${field(facts)} to the host name that is in the certificate, or give the server one for this name.`,
  },
  {
    code: 'certificate_self_signed',
    matches: unreachable('tls', /self-signed/),
    wrong: (facts) => `The certificate of ${endpointName(facts)} is self-signed.`,
    change:
      'Give the server a certificate of a public authority. For an authority of your own the operator can set NODE_EXTRA_CA_CERTS.',
  },
  {
    code: 'certificate_untrusted',
    matches: unreachable('tls', /traced to a trusted authority|revoked|made for servers/),
    wrong: (facts) =>
      `The certificate of ${endpointName(facts)} is of no authority that is trusted here, or was taken back by it.`,
    change:
      'Let the server send its whole chain, with the intermediate certificates. For an authority of your own the operator can set NODE_EXTRA_CA_CERTS.',
  },
  {
    code: 'tls_failed',
    matches: unreachable('tls'),
    wrong: (facts) => `No secure connection to ${endpointName(facts)} could be made.`,
    change: (facts) =>
      `Check that ${field(facts)} names an https server, and that it speaks TLS 1.2 or later and asks for no client certificate.`,
  },
  {
    code: 'answer_not_http',
    matches: failed('upstream_invalid'),
    wrong: (facts) => `${endpointName(facts)} sent an answer that is not HTTP, or that is broken.`,
    change: (facts) =>
      `Check that ${field(facts)} leads to a web server, and what the proxy before it does to its answers.`,
  },
  {
    code: 'answer_too_large',
    matches: failed('upstream_too_large'),
    wrong: (facts) => `${endpointName(facts)} sent far more than a token answer has.`,
    change: (facts) => `Set ${field(facts)} to the token endpoint itself; a page or a file seems to be there.`,
  },
];
