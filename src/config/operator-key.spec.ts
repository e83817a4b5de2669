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

  it('is taken from OPERATOR_KEY without creating a file', () => {
    expect(of({ operatorKey: key, production: true })).toEqual({ key });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is read from the file, also in production', () => {
    writeFileSync(file(), `${key}\n`);
    expect(of({})).toEqual({ key });
    expect(of({ production: true })).toEqual({ key });
  });

  it('is created by the first start, which reports the file, and reused by the next', () => {
    const first = of({});
    expect(parseKey(first.key)?.role).toBe('operator');
    expect(first.createdIn).toBe(file());
    expect(of({})).toEqual({ key: first.key });
  });

  it('is not created in production', () => {
    expect(() => of({ production: true })).toThrow(InvalidSettingsError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['text', 'changeme'],
    ["a tenant's key", mintKey('admin', 'key-abcdefghijkmnpqrstuvwxyz23').key],
  ])('is rejected without being quoted or replaced if the file holds %s', (_, text) => {
    writeFileSync(file(), text);
    expect(() => of({})).toThrow(new InvalidSettingsError([`OPERATOR_KEY: ${file()} does not hold an operator key`]));
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});
