import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createScratchFolder } from '../../../test/support/scratch-folder.js';
import { parseHosts } from './hosts-file.js';
import { ParsedFile } from './parsed-file.js';
import { candidateNames, parseSearchList } from './search-list.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('parseHosts', () => {
  it('reads names and aliases with all their addresses, in lower case', () => {
    const hosts = parseHosts(
      '# comment\n127.0.0.1\tlocalhost Box.Example.\n::1 localhost # loopback\r\n\n10.0.0.7 box\n',
    );
    expect(hosts.get('localhost')).toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(hosts.get('box.example')).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(hosts.get('box')).toEqual([{ address: '10.0.0.7', family: 4 }]);
  });

  it('skips lines whose first word is not an address', () => {
    expect([...parseHosts('box 10.0.0.1\n0x7f.1 short\nfe80::1%lo0 zone\n10.0.0.1\n')]).toEqual([]);
  });
});

describe('parseSearchList', () => {
  it.each([
    ['search a.example b.example.\noptions timeout:1 ndots:5', { domains: ['a.example', 'b.example'], ndots: 5 }],
    ['domain a.example b.example', { domains: ['a.example'], ndots: 1 }],
    ['search old.example\nsearch new.example', { domains: ['new.example'], ndots: 1 }],
    ['nameserver 10.0.0.1\n; search x\n# search y\nsearch .', { domains: [], ndots: 1 }],
    ['options ndots:many', { domains: [], ndots: 1 }],
    ['', { domains: [], ndots: 1 }],
  ])('reads %j', (text, expected) => {
    expect(parseSearchList(text)).toEqual(expected);
  });
});

describe('candidateNames', () => {
  const list = { domains: ['a.example', 'b.example'], ndots: 2 };

  it('begins with the name itself if it has as many dots as ndots', () => {
    expect(candidateNames('x.y.z', list)).toEqual(['x.y.z', 'x.y.z.a.example', 'x.y.z.b.example']);
  });

  it('begins with the search domains if the name has fewer dots', () => {
    expect(candidateNames('x.y', list)).toEqual(['x.y.a.example', 'x.y.b.example', 'x.y']);
  });
});

describe('ParsedFile', () => {
  it('parses the file again only when it has changed, and counts a missing file as empty', () => {
    const folder = createScratchFolder();
    folders.push(folder);
    const path = join(folder, 'hosts');
    const parsed: string[] = [];
    const file = new ParsedFile(path, (text) => {
      parsed.push(text);
      return text;
    });
    expect(file.read()).toBe('');
    writeFileSync(path, 'one');
    expect([file.read(), file.read()]).toEqual(['one', 'one']);
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);
    expect([file.read(), file.read()]).toEqual(['two', 'two']);
    rmSync(path);
    expect(file.read()).toBe('');
    expect(parsed).toEqual(['', 'one', 'two', '']);
  });
});
