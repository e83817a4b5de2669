import { describeRules, SETTINGS, failed, tls } from '../../../test/support/diagnosis-cases.js';
import { NETWORK } from './network.js';

describeRules(NETWORK, {
  url_not_https: [['any', failed('egress_denied', 'scheme'), 'token_url', 'https', 'EGRESS_ALLOW']],
  address_not_public: [
    ['an address', failed('egress_denied', 'address'), 'token_url', 'EGRESS_ALLOW'],
    ['a name', failed('egress_denied', 'name'), 'token_url', 'EGRESS_ALLOW'],
  ],
  port_not_allowed: [['any', failed('egress_denied', 'port'), 'token_url', '443']],
  url_with_password: [['any', failed('egress_denied', 'userinfo'), 'token_url', 'client_secret']],
  url_incomplete: [['any', failed('egress_denied', 'url'), 'token_url']],
  timed_out: [['any', failed('upstream_timeout'), 'token_url (auth.example.com)', 'firewall']],
  host_unknown: [
    ['any', failed('upstream_unreachable', 'dns'), 'token_url'],
    [
      'at a refresh URL',
      {
        ...failed('upstream_unreachable', 'dns'),
        phase: 'refresh',
        settings: { ...SETTINGS, refresh_url: 'https://r.example/x' },
      },
      'refresh_url (r.example)',
    ],
    ['at a revocation URL', { ...failed('upstream_unreachable', 'dns'), phase: 'revocation' }, 'revocation_url'],
  ],
  outgoing_proxy_failed: [['any', failed('upstream_unreachable', 'proxy'), 'EGRESS_PROXY']],
  connection_refused: [['any', failed('upstream_unreachable', 'connect'), 'host and port in token_url']],
  connection_broken: [['any', failed('upstream_unreachable', 'reset'), 'token_url']],
  certificate_expired: [['any', tls('the certificate of a.example has expired'), 'Renew']],
  certificate_of_other_host: [
    ['any', tls('the certificate of a.example was issued for another host name'), 'token_url'],
  ],
  certificate_self_signed: [
    ['a leaf', tls('the certificate of a.example is self-signed'), 'NODE_EXTRA_CA_CERTS'],
    [
      'a root',
      tls('the certificate of a.example comes from an authority that is not trusted (self-signed)'),
      'NODE_EXTRA_CA_CERTS',
    ],
  ],
  certificate_untrusted: [
    ['any', tls('the certificate of a.example cannot be traced to a trusted authority'), 'intermediate certificates'],
  ],
  tls_failed: [['any', tls('no secure connection to a.example could be made (EPROTO)'), 'TLS 1.2']],
  answer_not_http: [['any', failed('upstream_invalid'), 'token_url']],
  answer_too_large: [['any', failed('upstream_too_large'), 'token_url']],
});
