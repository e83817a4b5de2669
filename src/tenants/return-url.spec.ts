import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { isAllowedReturnUrl, IsOrigin, IsVerificationUrl } from './return-url.js';

const ORIGINS = ['https://chat.example.com', 'http://127.0.0.1:8080'];

class Fields {
  @IsOrigin()
  origin: unknown;
}

class Verification {
  @IsVerificationUrl()
  url: unknown;
}

const isVerificationTaken = (url: unknown) => validateSync(Object.assign(new Verification(), { url })).length === 0;

const isTaken = (origin: unknown) => validateSync(Object.assign(new Fields(), { origin })).length === 0;

describe('security rule C15: a browser is sent to', () => {
  it.each([
    'https://chat.example.com',
    'https://chat.example.com/',
    'https://chat.example.com/c/1?next=https://evil.example#top',
    'https://chat.example.com:443/c/1',
    'https://CHAT.example.com/c/1',
    'http://127.0.0.1:8080/done',
  ])('%s', (url) => {
    expect(isAllowedReturnUrl(url, ORIGINS)).toBe(true);
  });
});

describe('security rule C15: a browser is not sent to', () => {
  it.each([
    ['nothing', ''],
    ['a path', '/c/1'],
    ['another host by two slashes', '//evil.example'],
    ['another host by two backslashes', '\\\\evil.example'],
    ['another host by slash and backslash', '/\\evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['a script that reads like the origin', 'javascript://chat.example.com/%0aalert(1)'],
    ['a document of its own', 'data:text/html,<script>alert(1)</script>'],
    ['a file', 'file:///etc/passwd'],
    ['a blob of the origin', 'blob:https://chat.example.com/1'],
    ['another scheme', 'http://chat.example.com/c/1'],
    ['another port', 'https://chat.example.com:8443/c/1'],
    ['another host', 'https://evil.example/https://chat.example.com'],
    ['a longer name', 'https://chat.example.com.evil.example/'],
    ['a name that ends alike', 'https://evilchat.example.com/'],
    ['a subdomain', 'https://a.chat.example.com/'],
    ['the origin as a user', 'https://chat.example.com@evil.example/'],
    ['the origin as user and password', 'https://chat.example.com:443@evil.example/'],
    ['a user at the origin', 'https://evil@chat.example.com/'],
    ['an empty password at the origin', 'https://a:@chat.example.com/'],
    ['the origin behind a backslash', 'https://evil.example\\@chat.example.com/'],
    ['nobody at the origin', 'https://@chat.example.com/'],
    ['a backslash behind the question mark', 'https://chat.example.com/?next=\\evil'],
    ['a null at the end', 'https://chat.example.com/\u0000'],
    ['a control character before', '\u0001https://chat.example.com/'],
    ['a control character inside', 'https://chat.example.com/\u007f'],
    ['a line break of the second set', 'https://chat.example.com/\u0085'],
    ['a backslash in the path', 'https://chat.example.com\\evil'],
    ['a line break', 'https://chat.example.com/\r\nSet-Cookie: a=b'],
    ['a tab inside', 'https://chat.exam\tple.com/'],
    ['a tab inside the scheme', 'java\tscript:alert(1)'],
    ['a space before', ' https://chat.example.com/'],
    ['a space after', 'https://chat.example.com/ '],
    ['one slash', 'https:/chat.example.com/'],
    ['no slash', 'https:chat.example.com/'],
    ['three slashes', 'https:///evil.example/'],
    ['a final dot', 'https://chat.example.com./'],
    ['the origin in another alphabet', 'https://chаt.example.com/'],
    ['loopback by another name', 'http://localhost:8080/done'],
    ['loopback at another port', 'http://127.0.0.1:8081/done'],
  ])('%s', (_, url) => {
    expect(isAllowedReturnUrl(url, ORIGINS)).toBe(false);
  });

  it('any URL if the tenant has no origins', () => {
    expect(isAllowedReturnUrl('https://chat.example.com/', [])).toBe(false);
  });
});

describe('a return origin', () => {
  it.each([
    'https://chat.example.com',
    'https://chat.example.com:8443',
    'https://[2001:db8::1]',
    'http://127.0.0.1:8080',
    'http://localhost:3000',
    'http://[::1]:3000',
  ])('may be %s', (origin) => {
    expect(isTaken(origin)).toBe(true);
  });

  it.each([
    'https://chat.example.com/',
    'https://chat.example.com/c',
    'https://chat.example.com?x',
    'https://chat.example.com:443',
    'https://CHAT.example.com',
    'https://a@chat.example.com',
    'https://@chat.example.com',
    'https://chat.example.com#',
    'https://chat.example.com#top',
    'https://chat.example.com\\',
    'https:\\\\chat.example.com',
    ' https://chat.example.com',
    'https://chat.example.com\n',
    'https://chat.example.com\u0000',
    'https://chat.exam\tple.com',
    'https://chat.example.com\u007f',
    'https://*.example.com',
    `https://${'a.'.repeat(127)}example`,
    `https://${'a'.repeat(100_000)}`,
    'HTTPS://chat.example.com',
    'ws://127.0.0.1',
    'http://chat.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://0.0.0.0:3000',
    'chat.example.com',
    'null',
    'javascript:alert(1)',
    'file:///',
    '',
    1,
    null,
  ])('may not be %j', (origin) => {
    expect(isTaken(origin)).toBe(false);
  });
});

describe('a verification URL', () => {
  it.each([
    'https://chat.example.com',
    'https://chat.example.com/verify-sign-in',
    'https://chat.example.com:8443/verify?tenant=a%20b&mail=a@b.example',
    'https://münchen.example/',
    'http://127.0.0.1:8080/verify',
    'http://localhost:3000/verify',
    'http://[::1]:3000/verify',
    `https://chat.example.com/${'a'.repeat(1975)}`,
  ])('may be %s', (url) => {
    expect(isVerificationTaken(url)).toBe(true);
  });

  it.each([
    'https://a@chat.example.com/',
    'https://a:b@chat.example.com/',
    'https://@chat.example.com/',
    'https://:@chat.example.com/',
    'https://chat.example.com@evil.example/',
    'https://chat.example.com/#',
    'https://chat.example.com/#top',
    'https://chat.example.com\\@evil.example/',
    'https:\\\\chat.example.com/',
    'https://chat.example.com/\\evil',
    'https://chat.example.com/?\\evil',
    ' https://chat.example.com/',
    'https://chat.example.com/ ',
    'https://chat.example.com/\r\nSet-Cookie: a=b',
    'https://chat.exam\tple.com/',
    'https://chat.example.com/\u0000',
    '\u0001https://chat.example.com/',
    'https://chat.example.com/\u007f',
    'https://chat.example.com/\u0085',
    `https://chat.example.com/${'a'.repeat(1976)}`,
    'http://chat.example.com/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'https:/chat.example.com/',
    'https:chat.example.com/',
    'https:///chat.example.com/',
    'https://',
    '//chat.example.com/',
    '/verify',
    'javascript:alert(1)',
    'javascript://chat.example.com/%0aalert(1)',
    'data:text/html,hello',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    '',
    1,
    ['https://chat.example.com/'],
  ])('may not be %j', (url) => {
    expect(isVerificationTaken(url)).toBe(false);
  });
});
