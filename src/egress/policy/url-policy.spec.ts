import { describe, expect, it } from '@jest/globals';
import { EgressDeniedError } from '../errors/egress-error.js';
import { EgressAllowList } from './allow-list.js';
import { checkAddress, checkBrowserTarget, checkTarget, parseTarget } from './url-policy.js';

const ALLOW_NONE = EgressAllowList.parse('');

function check(url: string, allow = ALLOW_NONE): string {
  try {
    return checkTarget(parseTarget(url).target, allow).allow;
  } catch (error) {
    if (error instanceof EgressDeniedError) return error.reason;
    throw error;
  }
}

function denial(url: string): EgressDeniedError {
  try {
    checkTarget(parseTarget(url).target, ALLOW_NONE);
  } catch (error) {
    if (error instanceof EgressDeniedError) return error;
  }
  throw new Error('not denied');
}

function checkResolved(url: string, addresses: readonly string[], allow: EgressAllowList): string {
  const { target } = parseTarget(url);
  try {
    const decision = checkTarget(target, allow);
    for (const address of addresses) checkAddress(target, decision, address, allow);
    return 'allowed';
  } catch (error) {
    if (error instanceof EgressDeniedError) return error.reason;
    throw error;
  }
}

describe('the policy for URLs, without an allow list,', () => {
  it.each([
    ['', 'url'],
    ['/path', 'url'],
    ['//example.com/', 'url'],
    ['https://', 'url'],
    ['https://[fe80::1%25eth0]/', 'url'],
    ['https://1.2.3.4.5/', 'url'],
    ['https://256.0.0.1/', 'url'],
    ['https://exa mple.com/', 'url'],
    ['https://a%00b.example.com/', 'url'],
    ['https://example.com:99999/', 'url'],
    ['javascript:alert(1)', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['ftp://example.com/', 'scheme'],
    ['gopher://example.com/', 'scheme'],
    ['ws://example.com/', 'scheme'],
    ['blob:https://example.com/x', 'scheme'],
    ['http://example.com/', 'scheme'],
    ['http://example.com:443/', 'scheme'],
    ['http://8.8.8.8/', 'scheme'],
    ['https://example.com:80/', 'port'],
    ['https://example.com:8443/', 'port'],
    ['https://example.com:0/', 'port'],
    ['https://8.8.8.8:22/', 'port'],
    ['https://user@example.com/', 'userinfo'],
    ['https://user:password@example.com/', 'userinfo'],
    ['https://:password@example.com/', 'userinfo'],
    ['https://example.com@127.0.0.1/', 'userinfo'],
    ['https://127.0.0.1/', 'address'],
    ['https://127.0.0.1./', 'address'],
    ['https://127.1/', 'address'],
    ['https://127.0.1/', 'address'],
    ['https://0/', 'address'],
    ['https://2130706433/', 'address'],
    ['https://0x7f000001/', 'address'],
    ['https://0x7f.1/', 'address'],
    ['https://0X7F.0x0.0x0.0x1/', 'address'],
    ['https://0177.0.0.1/', 'address'],
    ['https://017700000001/', 'address'],
    ['https://00000177.1/', 'address'],
    ['https://１２７.０.０.１/', 'address'],
    ['https://①②⑦.⓪.⓪.①/', 'address'],
    ['https://127。0。0。1/', 'address'],
    ['https://%31%32%37.0.0.1/', 'address'],
    ['https:127.0.0.1', 'address'],
    ['https:\\\\127.0.0.1\\x', 'address'],
    ['https://127.0.0.1\\@example.com/', 'address'],
    [' https://127.0.0.1/', 'address'],
    ['ht\ntps://127.0.\t0.1/', 'address'],
    ['https://127.0.0.1#@example.com/', 'address'],
    ['https://0xa9fea9fe/', 'address'],
    ['https://169.254.169.254/latest/meta-data/', 'address'],
    ['https://168.63.129.16/', 'address'],
    ['https://100.100.100.200/', 'address'],
    ['https://192.168.0.1/', 'address'],
    ['https://255.255.255.255/', 'address'],
    ['https://[::]/', 'address'],
    ['https://[::1]/', 'address'],
    ['https://[0:0:0:0:0:0:0:1]/', 'address'],
    ['https://[::ffff:127.0.0.1]/', 'address'],
    ['https://[::ffff:7f00:1]/', 'address'],
    ['https://[::127.0.0.1]/', 'address'],
    ['https://[64:ff9b::10.0.0.1]/', 'address'],
    ['https://[2002:a00:1::]/', 'address'],
    ['https://[fd00:ec2::254]/', 'address'],
    ['https://[fe80::1]/', 'address'],
    ['http://127.0.0.1:8080/', 'address'],
    ['https://localhost/', 'name'],
    ['http://localhost:3000/', 'name'],
    ['https://LOCALHOST/', 'name'],
    ['https://localhost./', 'name'],
    ['https://localhost。/', 'name'],
    ['https://%6cocalhost/', 'name'],
    ['https://ⓛocalhost/', 'name'],
    ['https://api.localhost/', 'name'],
    ['https://api.localhost./', 'name'],
    ['https://metadata.google.internal/', 'name'],
    ['https://metadata.google.internal./', 'name'],
    ['https://vault.internal/', 'name'],
    ['https://printer.local/', 'name'],
    ['https://router.home.arpa/', 'name'],
    ['https://localhost.localdomain/', 'name'],
    ['https://metadata/', 'name'],
    ['https://redis/', 'name'],
    ['https://redis./', 'name'],
    ['https://example.com../', 'name'],
    ['https://.example.com/', 'name'],
    ['https://a..example.com/', 'name'],
    ["https://a'b.example.com/", 'name'],
    ['https://a;b.example.com/', 'name'],
    [`https://${'a'.repeat(64)}.example.com/`, 'name'],
  ])('denies %s (%s)', (url, reason) => {
    expect(check(url)).toBe(reason);
  });

  it.each(['https://alice:s3cret@10.0.0.1/s3cret?s3cret', 'http://example.com/s3cret?s3cret#s3cret', 's3cret'])(
    'quotes neither path, query nor user information in the error about %s',
    (url) => {
      const { message, host } = denial(url);
      expect(message + host).not.toContain('s3cret');
      expect(message + host).not.toContain('alice');
    },
  );
});

describe('the message about a denied URL', () => {
  it.each([
    [
      'https://10.1.2.3/',
      '10.1.2.3 is blocked: private address (private use); add 10.1.2.3:443 to EGRESS_ALLOW to allow it',
    ],
    ['http://[::1]:8080/', '::1 is blocked: private address (loopback); add [::1]:8080 to EGRESS_ALLOW to allow it'],
    ['https://wiki/', 'wiki is blocked: not a public host name; add wiki:443 to EGRESS_ALLOW to allow it'],
    [
      'http://example.com/',
      'example.com is blocked: the scheme must be https; add example.com:80 to EGRESS_ALLOW to allow it',
    ],
    [
      'https://example.com:81/',
      'example.com is blocked: the port must be 443, got 81; add example.com:81 to EGRESS_ALLOW to allow it',
    ],
    ['https://a..b/', 'a..b is blocked: not a public host name'],
    ['ftp://example.com/', 'the scheme must be https, got "ftp:"'],
    ['https://me@example.com/', 'example.com is blocked: the URL contains a user name or password; remove it'],
    ['example.com', 'the address is not an absolute URL'],
  ])('explains why %s is denied', (url, message) => {
    expect(denial(url).message).toBe(message);
  });

  it.each([
    'https://10.1.2.3/',
    'http://[::1]:8080/',
    'https://wiki/',
    'http://example.com/',
    'https://example.com:81/',
  ])('names the entry that allows %s', (url) => {
    const { message, publicMessage, allowEntry = '' } = denial(url);
    expect(message).toContain(`add ${allowEntry} to EGRESS_ALLOW`);
    expect(publicMessage).toBe('the egress policy does not allow this address');
    expect(check(url, EgressAllowList.parse(allowEntry))).toBe('any');
  });

  it('names the entry that allows a name with a private address', () => {
    const { target } = parseTarget('https://wiki.example.com/');
    const decision = checkTarget(target, ALLOW_NONE);
    expect(() => checkAddress(target, decision, '10.1.2.3', ALLOW_NONE)).toThrow(
      'wiki.example.com is blocked: private address (private use); add wiki.example.com:443 to EGRESS_ALLOW to allow it',
    );
    const allow = EgressAllowList.parse('wiki.example.com:443');
    expect(checkResolved('https://wiki.example.com/', ['10.1.2.3'], allow)).toBe('allowed');
  });
});

describe('the policy for URLs before name resolution', () => {
  it.each([
    'https://example.com/',
    'https://example.com.:443/a?b#c',
    'HTTPS://EXAMPLE.COM',
    'https://bücher.example/',
    'https://under_score.example.com/',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://localhost.example.com/',
    'https://internal.example.com/',
  ])('allows %s', (url) => {
    expect(check(url)).toBe('public');
  });
});

describe('the policy for URLs with an allow list', () => {
  it('allows any port, plain http and any address for a host entry', () => {
    const allow = EgressAllowList.parse('localhost, api.example.com');
    expect(check('http://localhost:3000/', allow)).toBe('any');
    expect(check('http://localhost.:3000/', allow)).toBe('any');
    expect(check('http://sub.localhost/', allow)).toBe('name');
    expect(checkResolved('http://api.example.com:81/', ['10.0.0.1', '::1'], allow)).toBe('allowed');
    expect(checkResolved('https://b.example.com/', ['10.0.0.1'], allow)).toBe('address');
  });

  it('limits a host:port entry to its port', () => {
    const allow = EgressAllowList.parse('api.example.com:8080');
    expect(checkResolved('http://api.example.com:8080/', ['10.0.0.1'], allow)).toBe('allowed');
    expect(checkResolved('http://api.example.com:8081/', ['10.0.0.1'], allow)).toBe('scheme');
    expect(checkResolved('https://api.example.com/', ['10.0.0.1'], allow)).toBe('address');
    expect(checkResolved('https://api.example.com/', ['8.8.8.8'], allow)).toBe('allowed');
  });

  it('allows listed addresses in URLs and from DNS, on any port and over plain http', () => {
    const allow = EgressAllowList.parse('10.1.0.0/16,[fd00::7],127.0.0.1:9000');
    expect(check('http://10.1.2.3:8080/', allow)).toBe('any');
    expect(check('http://[fd00::7]:8080/', allow)).toBe('any');
    expect(check('http://127.0.0.1:9000/', allow)).toBe('any');
    expect(check('http://127.0.0.1:9001/', allow)).toBe('address');
    expect(check('https://10.2.0.0/', allow)).toBe('address');
    expect(checkResolved('http://wiki:8080/', ['10.1.0.1', 'fd00::7'], allow)).toBe('allowed');
    expect(checkResolved('https://wiki.example.com/', ['10.1.0.1', '8.8.8.8'], allow)).toBe('allowed');
  });

  it('requires every address to be listed if the target itself breaks a rule, even public addresses', () => {
    const allow = EgressAllowList.parse('10.1.0.0/16');
    expect(checkResolved('http://wiki.example.com/', ['10.1.0.1', '8.8.8.8'], allow)).toBe('scheme');
    expect(checkResolved('https://wiki.example.com:8443/', ['8.8.8.8'], allow)).toBe('port');
    expect(checkResolved('https://wiki/', ['8.8.8.8'], allow)).toBe('name');
    expect(checkResolved('http://wiki.example.com/', ['10.1.0.1', '10.2.0.1'], allow)).toBe('address');
  });

  it('does not treat an IPv4-mapped address as the listed address', () => {
    const allow = EgressAllowList.parse('127.0.0.0/8');
    expect(check('http://[::ffff:127.0.0.1]/', allow)).toBe('address');
    expect(checkResolved('https://api.example.com/', ['::ffff:127.0.0.1'], allow)).toBe('address');
  });
});

describe('the policy for URLs that browsers are sent to', () => {
  const checkBrowser = (url: string, allow: string): string => {
    try {
      checkBrowserTarget(parseTarget(url).target, EgressAllowList.parse(allow));
      return 'allowed';
    } catch (error) {
      if (error instanceof EgressDeniedError) return error.reason;
      throw error;
    }
  };

  it.each([
    ['https://login.example.com/', ''],
    ['https://login.example.com/', '10.0.0.0/8'],
    ['https://login.example.com:8443/', '10.0.0.0/8'],
    ['https://wiki/', '10.0.0.0/8'],
    ['http://10.1.2.3:8080/', '10.0.0.0/8'],
    ['http://0xa.1.2.3/', '10.0.0.0/8'],
    ['http://[fd00::7]/', 'fd00::/8'],
    ['http://10.1.2.3:8080/', '10.1.2.3:8080'],
    ['http://127.0.0.1:3000/', '127.0.0.0/8'],
    ['http://wiki:8080/', '10.0.0.0/8,wiki'],
    ['http://wiki:8080/', 'wiki:8080'],
    ['http://localhost:3000/', 'localhost'],
    ['http://localhost:3000/', '127.0.0.0/8'],
    ['http://localhost:3000/', '[::1]:3000'],
  ])('allows %s with EGRESS_ALLOW=%s', (url, allow) => {
    expect(checkBrowser(url, allow)).toBe('allowed');
  });

  it.each([
    ['http://login.example.com/', '', 'scheme'],
    ['http://login.example.com/', '10.0.0.0/8', 'scheme'],
    ['http://login.example.com/', '0.0.0.0/0,::/0', 'scheme'],
    ['http://login.example.com/', '10.1.2.3', 'scheme'],
    ['http://login.example.com:8080/', '10.1.2.3:8080', 'scheme'],
    ['http://wiki/', '10.0.0.0/8', 'scheme'],
    ['http://127.0.0.1.example.com/', '127.0.0.0/8', 'scheme'],
    ['http://localhost:3000/', '10.0.0.0/8', 'scheme'],
    ['http://localhost:3000/', '127.0.0.1:3001', 'name'],
    ['http://a.localhost:3000/', '127.0.0.0/8', 'scheme'],
    ['http://11.1.2.3/', '10.0.0.0/8', 'scheme'],
    ['http://192.168.0.1/', '10.0.0.0/8', 'address'],
    ['http://wiki:8081/', 'wiki:8080', 'name'],
    ['https://user@login.example.com/', '10.0.0.0/8', 'userinfo'],
  ])('denies %s with EGRESS_ALLOW=%s (%s)', (url, allow, reason) => {
    expect(checkBrowser(url, allow)).toBe(reason);
  });
});
