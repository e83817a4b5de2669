import { describe, expect, it } from '@jest/globals';
import { EgressAllowList } from './allow-list.js';

describe('EgressAllowList', () => {
  it.each([
    ['localhost', 'localhost', 3000],
    ['LocalHost.', 'localhost', 3000],
    ['bücher.example', 'xn--bcher-kva.example', 443],
    ['api.example.com:8080', 'api.example.com', 8080],
    ['api.example.com:443', 'api.example.com', 443],
    ['under_score', 'under_score', 80],
    ['10.0.0.7', '10.0.0.7', 1],
    ['10.0.0.7:80', '10.0.0.7', 80],
    ['10.0.0.0/8', '10.255.0.1', 1],
    ['0.0.0.0/0', '255.255.255.255', 1],
    ['::1', '::1', 1],
    ['[::1]', '::1', 1],
    ['[::1]:80', '::1', 80],
    ['fd00::/8', 'fd12::1', 1],
    ['[fd00::]/8', 'fd12::1', 1],
    [' a , ,b,', 'b', 1],
  ])('parses %j, which allows %s on port %d', (text, host, port) => {
    expect(EgressAllowList.parse(text).allows(host, port)).toBe(true);
  });

  it.each([
    ['', 'localhost', 80],
    ['localhost', 'a.localhost', 80],
    ['example.com', 'api.example.com', 443],
    ['localhost:80', 'localhost', 81],
    ['10.0.0.7:80', '10.0.0.7', 81],
    ['10.0.0.0/8', '11.0.0.1', 1],
    ['10.0.0.0/8', '::ffff:10.0.0.1', 1],
    ['0.0.0.0/0', '::1', 1],
    ['::/0', '10.0.0.1', 1],
    ['10.0.0.7', '10.0.0.7%1', 1],
  ])('parses %j, which does not allow %s on port %d', (text, host, port) => {
    expect(EgressAllowList.parse(text).allows(host, port)).toBe(false);
  });

  it.each([
    'http://localhost',
    '*.example.com',
    '*',
    'host:port',
    'host:0',
    'host:65536',
    'host:',
    ':80',
    'user@host',
    'a b',
    'a..b',
    'host/path',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/8:80',
    'fd00::/129',
    'fe80::1%eth0',
    '[::1',
    '[localhost]',
    '[10.0.0.1',
    '0x7f.1',
    '127.1',
    '010.0.0.1',
    '256.0.0.1',
    'host?x',
    'host#x',
    'host\\x',
  ])('rejects the entry %s and quotes it', (entry) => {
    expect(() => EgressAllowList.parse(`localhost,${entry}`)).toThrow(RangeError);
    expect(() => EgressAllowList.parse(entry)).toThrow(`"${entry}"`);
  });
});
