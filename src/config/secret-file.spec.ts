import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSecretFile, readSecretFile } from './secret-file.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a secret file', () => {
  it('is created with its folder, readable by its owner only', () => {
    const file = join(folder, 'data', 'deep', 'vault.key');
    expect(createSecretFile(file, 'the text')).toBe('the text');
    expect(readSecretFile(file)).toBe('the text');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('is not replaced: the second process gets the text that the first has written', () => {
    const file = join(folder, 'vault.key');
    createSecretFile(file, 'first');
    expect(createSecretFile(file, 'second')).toBe('first');
    expect(readFileSync(file, 'utf8')).toBe('first\n');
  });

  it('leaves no temporary file behind', () => {
    createSecretFile(join(folder, 'vault.key'), 'first');
    createSecretFile(join(folder, 'vault.key'), 'second');
    expect(readdirSync(folder)).toEqual(['vault.key']);
  });

  it('is read without surrounding white space', () => {
    writeFileSync(join(folder, 'a'), '\n the text \r\n\n');
    expect(readSecretFile(join(folder, 'a'))).toBe('the text');
  });

  it('reads as undefined if it does not exist, and throws if it cannot be read', () => {
    expect(readSecretFile(join(folder, 'none'))).toBeUndefined();
    expect(() => readSecretFile(folder)).toThrow(/EISDIR/);
  });
});
