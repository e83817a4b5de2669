import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { isAllowedReturnUrl, IsOrigin } from './return-url.js';

const ORIGINS = ['https://chat.example.com', 'http://127.0.0.1:8080'];

class Fields {
  @IsOrigin()
  origin: unknown;
}

const isTaken = (origin: unknown) => validateSync(Object.assign(new Fields(), { origin })).length === 0;

describe('C15: a browser is sent to', () => {
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

describe('C15: a browser is not sent to', () => {
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

  it('anything while there are no origins', () => {
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
