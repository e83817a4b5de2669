import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fileNameOf, sanitizeFileName } from './file-name.js';

function named(disposition: string | undefined, url = 'https://api.example.com/x/report', type = 'application/pdf') {
  return fileNameOf({ headers: disposition === undefined ? {} : { 'content-disposition': disposition }, url }, type);
}

describe('fileNameOf', () => {
  it.each([
    ['attachment; filename=a.pdf', 'a.pdf'],
    ['attachment; filename="a b.pdf"', 'a b.pdf'],
    ['inline;FileName="a.pdf"', 'a.pdf'],
    ['filename=a.pdf', 'a.pdf'],
    [String.raw`attachment; filename="a \"b\".pdf"`, 'a "b".pdf'],
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates.pdf", '€ rates.pdf'],
    ["attachment; filename*=utf-8'en'plain.pdf; filename=b.pdf", 'plain.pdf'],
    ["attachment; filename=b.pdf; filename*=iso-8859-1''%A3.pdf", '£.pdf'],
    ["attachment; filename=b.pdf; filename*=klingon''%A3.pdf", 'b.pdf'],
    ["attachment; filename=b.pdf; filename*=UTF-8''%E.pdf", 'b.pdf'],
    ['attachment; filename=b.pdf; filename*=bad', 'b.pdf'],
    [`attachment; filename="${Buffer.from('Übersicht €.pdf').toString('latin1')}"`, 'Übersicht €.pdf'],
    ['attachment; filename="\xdcbersicht.pdf"', 'Übersicht.pdf'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ["attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", 'passwd'],
    ["attachment; filename*=UTF-8''a%0d%0aX%3A%20b%00.pdf", 'aX: b.pdf'],
    ["attachment; filename*=UTF-8''fdp.%E2%80%AEexe", 'fdp.exe'],
  ])('uses the name of Content-Disposition: %s', (disposition, name) => {
    expect(named(disposition)).toBe(name);
  });

  it.each([
    [undefined, 'https://api.example.com/files/a%20b.pdf?key=1#x', 'a b.pdf'],
    ['attachment', 'https://api.example.com/files/7/photo', 'photo.pdf'],
    ['attachment; filename=".."', 'https://api.example.com/a%2Fb', 'b.pdf'],
    ['attachment; filename=""', 'https://api.example.com/%zz', '%zz.pdf'],
    [undefined, 'https://api.example.com/', 'file.pdf'],
    [undefined, 'https://api.example.com/files/', 'file.pdf'],
  ])('uses the last path segment with an extension otherwise: %s %s', (disposition, url, name) => {
    expect(named(disposition, url)).toBe(name);
  });

  it('adds no extension for an unknown media type', () => {
    expect(named(undefined, 'https://api.example.com/blob', 'application/octet-stream')).toBe('blob');
  });

  it('shortens a name to 255 characters and keeps its extension', () => {
    const name = sanitizeFileName(`${'😀'.repeat(300)}.tar`) ?? '';
    expect(name.length).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^(?:😀)+\.tar$/u);
  });

  it('never returns a path or an empty name', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', '\0', '\n', '\u202e', '\ud800', ' ') });
    fc.assert(
      fc.property(texts, (text) => {
        expect(sanitizeFileName(text) ?? 'file').toMatch(/^(?!\.{0,2}$)[a. ]+$|^file$/);
      }),
    );
  });
});
