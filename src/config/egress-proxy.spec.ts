import { describe, expect, it } from '@jest/globals';
import { InvalidSettingsError, readSettings } from './settings.js';

function errorsOf(environment: Record<string, string>): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.errors.join('\n');
    throw error;
  }
  return '';
}

describe('EGRESS_PROXY', () => {
  it.each([
    ['http://proxy.internal:3128', { secure: false, host: 'proxy.internal', port: 3128 }],
    ['https://proxy.internal', { secure: true, host: 'proxy.internal', port: 443 }],
    ['http://[fd00::1]:8080/', { secure: false, host: 'fd00::1', port: 8080 }],
  ])('accepts %s', (EGRESS_PROXY, proxy) => {
    const settings = readSettings({ EGRESS_PROXY });
    expect(settings.egressProxy).toEqual(proxy);
    expect(settings.egressProxyResolves).toBe(false);
  });

  it('decodes the user name and password', () => {
    const { egressProxy } = readSettings({ EGRESS_PROXY: 'http://b%40t:p%3Ass%20wörd@proxy.internal:3128' });
    const pair = Buffer.from('b@t:p:ss wörd').toString('base64');
    expect(egressProxy?.authorization).toBe(`Basic ${pair}`);
  });

  it.each([
    ['proxy.internal:3128', 'must be http(s)://[user:password@]host:port'],
    ['socks5://s3cret@proxy.internal:1080', 'must be http(s)://[user:password@]host:port'],
    ['http://proxy.internal:3128/s3cret', 'without path, query or fragment'],
    ['http://proxy.internal:3128/?s3cret', 'without path, query or fragment'],
    ['http://bot:s3cret%@proxy.internal:3128', 'must be percent-encoded'],
    ['http://b%3Aot:s3cret@proxy.internal:3128', 'must not contain a colon'],
    ['http://bot:s3cret%0A@proxy.internal:3128', 'must not contain control characters'],
  ])('rejects %s without quoting it', (EGRESS_PROXY, message) => {
    const errors = errorsOf({ EGRESS_PROXY });
    expect(errors).toMatch(/^EGRESS_PROXY: /);
    expect(errors).toContain(message);
    expect(errors).not.toContain('s3cret');
  });

  it('is required by EGRESS_PROXY_RESOLVES, which is true or false', () => {
    const EGRESS_PROXY = 'http://proxy.internal:3128';
    expect(readSettings({ EGRESS_PROXY, EGRESS_PROXY_RESOLVES: 'true' }).egressProxyResolves).toBe(true);
    expect(errorsOf({ EGRESS_PROXY_RESOLVES: 'true' })).toContain('EGRESS_PROXY_RESOLVES: has no effect without');
    expect(errorsOf({ EGRESS_PROXY, EGRESS_PROXY_RESOLVES: 'yes' })).toMatch(/^EGRESS_PROXY_RESOLVES: /);
  });
});
