import { describe, expect, it } from '@jest/globals';
import { classifyAddress, isSameAddress } from './address-policy.js';

describe('classifyAddress', () => {
  it.each([
    ['0.0.0.0', 'this network'],
    ['0.1.2.3', 'this network'],
    ['10.0.0.1', 'private use'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.100.100.200', 'carrier-grade NAT'],
    ['100.127.255.255', 'carrier-grade NAT'],
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
  ])('classifies %s as %s', (address, category) => {
    expect(classifyAddress(address)).toBe(category);
  });

  it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1'])(
    'classifies %s as public',
    (address) => expect(classifyAddress(address)).toBe('public'),
  );

  it.each(['2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:200::1', '2001:4860:4860::8888', '3ffe::1'])(
    'classifies %s as public',
    (address) => expect(classifyAddress(address)).toBe('public'),
  );
});

describe('isSameAddress', () => {
  it('compares addresses rather than spellings', () => {
    expect(isSameAddress('2606:4700:0:0::1', '2606:4700::1')).toBe(true);
    expect(isSameAddress('127.0.0.1', '127.0.0.2')).toBe(false);
    expect(isSameAddress('::ffff:127.0.0.1', '127.0.0.1')).toBe(false);
    expect(isSameAddress(undefined, '127.0.0.1')).toBe(false);
  });
});
