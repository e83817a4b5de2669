import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mintKey, parseKey } from '../common/index.js';
import { operatorKey } from './operator-key.js';
import { InvalidSettingsError, type Settings } from './settings.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the operator key', () => {
  const key = mintKey('operator', 'key-abcdefghijkmnpqrstuvwxyz23').key;
  const of = (settings: Partial<Settings>) =>
    operatorKey({ dataDir: folder, production: false, ...settings } as Settings);
  const file = () => join(folder, 'operator.key');

  it('is the one that is given, and then no file is made', () => {
    expect(of({ operatorKey: key, production: true })).toEqual({ key });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is the one in the file, also in production', () => {
    writeFileSync(file(), `${key}\n`);
    expect(of({})).toEqual({ key });
    expect(of({ production: true })).toEqual({ key });
  });

  it('is made by the first start, which tells where it is, and kept by the next', () => {
    const first = of({});
    expect(parseKey(first.key)?.role).toBe('operator');
    expect(first.createdIn).toBe(file());
    expect(of({})).toEqual({ key: first.key });
  });

  it('is not made in production', () => {
    expect(() => of({ production: true })).toThrow(InvalidSettingsError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['text', 'changeme'],
    ["a tenant's key", mintKey('admin', 'key-abcdefghijkmnpqrstuvwxyz23').key],
  ])('is not %s that stands in the file, which stays as it is and is not quoted', (_, text) => {
    writeFileSync(file(), text);
    expect(() => of({})).toThrow(new InvalidSettingsError([`OPERATOR_KEY: ${file()} does not hold an operator key`]));
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});
