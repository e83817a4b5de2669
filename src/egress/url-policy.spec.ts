import { describe, expect, it } from '@jest/globals';
import { judgeAddress, sameAddress } from './address-policy.js';
import { EgressAllowList } from './allow-list.js';
import { EgressDeniedError } from './errors.js';
import { admitAddress, admitBrowser, admitTarget, parseTarget } from './url-policy.js';

const NOTHING = EgressAllowList.parse('');

function check(url: string, allow = NOTHING): string {
  try {
    return admitTarget(parseTarget(url).target, allow).addresses;
  } catch (error) {
    if (error instanceof EgressDeniedError) return error.reason;
    throw error;
  }
}

function denial(url: string): EgressDeniedError {
  try {
    admitTarget(parseTarget(url).target, NOTHING);
  } catch (error) {
    if (error instanceof EgressDeniedError) return error;
  }
  throw new Error('not denied');
}

function checkFound(url: string, addresses: readonly string[], allow: EgressAllowList): string {
  const { target } = parseTarget(url);
  try {
    const admission = admitTarget(target, allow);
    for (const address of addresses) admitAddress(target, admission, address, allow);
    return 'reached';
  } catch (error) {
    if (error instanceof EgressDeniedError) return error.reason;
    throw error;
  }
}

describe('addresses', () => {
  it.each([
    ['0.0.0.0', 'this network'],
    ['0.1.2.3', 'this network'],
    ['10.0.0.1', 'private use'],
    ['100.64.0.1', 'shared by a carrier'],
    ['100.100.100.200', 'shared by a carrier'],
    ['100.127.255.255', 'shared by a carrier'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['168.63.129.16', 'a cloud service'],
    ['169.254.169.254', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['172.16.0.1', 'private use'],
    ['172.31.255.255', 'private use'],
    ['192.0.0.1', 'protocol assignments'],
    ['192.0.0.192', 'protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['192.31.196.1', 'AS112'],
    ['192.52.193.1', 'multicast relay'],
    ['192.88.99.1', '6to4 relay'],
    ['192.168.1.1', 'private use'],
    ['192.175.48.1', 'AS112'],
    ['198.18.0.1', 'benchmarking'],
    ['198.19.255.255', 'benchmarking'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible'],
    ['::127.0.0.1', 'IPv4-mapped'], // that is how ipaddr.js reads the dotted form
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::ffff:0:127.0.0.1', 'outside the global range'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b::8.8.8.8', 'NAT64'],
    ['64:ff9b:1::a00:1', 'NAT64'],
    ['100::1', 'outside the global range'],
    ['2001::1', 'Teredo'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
    ['2001:10::1', 'protocol assignments'],
    ['2001:20::1', 'protocol assignments'],
    ['2001:1ff:ffff::1', 'protocol assignments'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::1', '6to4'],
    ['2620:4f:8000::1', 'AS112'],
    ['3fff::1', 'documentation'],
    ['3fff:fff:ffff::1', 'documentation'],
    ['2607:f8b0::5efe:7f00:1', 'ISATAP'],
    ['2607:f8b0::200:5efe:10.0.0.1', 'ISATAP'],
    ['4000::1', 'outside the global range'],
    ['5f00::1', 'outside the global range'],
    ['fc00::1', 'private use'],
    ['fd00:ec2::254', 'private use'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'not an address'],
    ['2607:f8b0::1%1', 'not an address'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['0x7f.1', 'not an address'],
    ['0177.0.0.1', 'not an address'],
    ['2130706433', 'not an address'],
    ['[::1]', 'not an address'],
    ['example.com', 'not an address'],
    ['', 'not an address'],
  ])('%s is %s', (address, kind) => {
    expect(judgeAddress(address)).toBe(kind);
  });

  it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1'])(
    '%s is public',
    (address) => expect(judgeAddress(address)).toBe('public'),
  );

  it.each(['2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:200::1', '2001:4860:4860::8888', '3ffe::1'])(
    '%s is public',
    (address) => expect(judgeAddress(address)).toBe('public'),
  );

  it('compares addresses, not spellings', () => {
    expect(sameAddress('2606:4700:0:0::1', '2606:4700::1')).toBe(true);
    expect(sameAddress('127.0.0.1', '127.0.0.2')).toBe(false);
    expect(sameAddress('::ffff:127.0.0.1', '127.0.0.1')).toBe(false);
    expect(sameAddress(undefined, '127.0.0.1')).toBe(false);
  });
});

describe('URLs that are refused', () => {
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
  ])('%s (%s)', (url, reason) => {
    expect(check(url)).toBe(reason);
  });

  it.each(['https://alice:s3cret@10.0.0.1/s3cret?s3cret', 'http://example.com/s3cret?s3cret#s3cret', 's3cret'])(
    '%s: the error says neither path nor query nor user name',
    (url) => {
      const { message, host } = denial(url);
      expect(message + host).not.toContain('s3cret');
      expect(message + host).not.toContain('alice');
    },
  );
});

describe('URLs that are not refused before the look-up', () => {
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
  ])('%s', (url) => {
    expect(check(url)).toBe('public');
  });
});

describe('the allow list', () => {
  it('lets a host entry have any port, plain http and any address', () => {
    const allow = EgressAllowList.parse('localhost, api.example.com');
    expect(check('http://localhost:3000/', allow)).toBe('any');
    expect(check('http://localhost.:3000/', allow)).toBe('any');
    expect(check('http://sub.localhost/', allow)).toBe('name');
    expect(checkFound('http://api.example.com:81/', ['10.0.0.1', '::1'], allow)).toBe('reached');
    expect(checkFound('https://b.example.com/', ['10.0.0.1'], allow)).toBe('address');
  });

  it('keeps a host:port entry to its port', () => {
    const allow = EgressAllowList.parse('api.example.com:8080');
    expect(checkFound('http://api.example.com:8080/', ['10.0.0.1'], allow)).toBe('reached');
    expect(checkFound('http://api.example.com:8081/', ['10.0.0.1'], allow)).toBe('scheme');
    expect(checkFound('https://api.example.com/', ['10.0.0.1'], allow)).toBe('address');
    expect(checkFound('https://api.example.com/', ['8.8.8.8'], allow)).toBe('reached');
  });

  it('takes listed addresses in URLs and from look-ups, on any port and over http', () => {
    const allow = EgressAllowList.parse('10.1.0.0/16,[fd00::7],127.0.0.1:9000');
    expect(check('http://10.1.2.3:8080/', allow)).toBe('any');
    expect(check('http://[fd00::7]:8080/', allow)).toBe('any');
    expect(check('http://127.0.0.1:9000/', allow)).toBe('any');
    expect(check('http://127.0.0.1:9001/', allow)).toBe('address');
    expect(check('https://10.2.0.0/', allow)).toBe('address');
    expect(checkFound('http://wiki:8080/', ['10.1.0.1', 'fd00::7'], allow)).toBe('reached');
    expect(checkFound('https://wiki.example.com/', ['10.1.0.1', '8.8.8.8'], allow)).toBe('reached');
  });

  it('demands of an odd target that every address is listed, public ones too', () => {
    const allow = EgressAllowList.parse('10.1.0.0/16');
    expect(checkFound('http://wiki.example.com/', ['10.1.0.1', '8.8.8.8'], allow)).toBe('scheme');
    expect(checkFound('https://wiki.example.com:8443/', ['8.8.8.8'], allow)).toBe('port');
    expect(checkFound('https://wiki/', ['8.8.8.8'], allow)).toBe('name');
    expect(checkFound('http://wiki.example.com/', ['10.1.0.1', '10.2.0.1'], allow)).toBe('address');
  });

  it('does not take a mapped address for the listed one', () => {
    const allow = EgressAllowList.parse('127.0.0.0/8');
    expect(check('http://[::ffff:127.0.0.1]/', allow)).toBe('address');
    expect(checkFound('https://api.example.com/', ['::ffff:127.0.0.1'], allow)).toBe('address');
  });
});

describe('where a browser is sent', () => {
  const sent = (url: string, allow: string): string => {
    try {
      admitBrowser(parseTarget(url).target, EgressAllowList.parse(allow));
      return 'taken';
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
  ])('%s is taken with EGRESS_ALLOW=%s', (url, allow) => {
    expect(sent(url, allow)).toBe('taken');
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
  ])('%s is refused with EGRESS_ALLOW=%s: %s', (url, allow, reason) => {
    expect(sent(url, allow)).toBe(reason);
  });
});
