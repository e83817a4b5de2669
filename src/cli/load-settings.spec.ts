import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { InvalidSettingsError } from '../config/index.js';
import { loadSettings } from './load-settings.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function invalidSettings(environment: Record<string, string>): string[] {
  try {
    loadSettings({ DATA_DIR: folder, ...environment });
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.errors.map((line) => line.slice(0, line.indexOf(':')));
    throw error;
  }
  return [];
}

it('loadSettings reports all invalid settings at once, including those that other modules parse', () => {
  const environment = {
    NODE_ENV: 'production',
    PORT: 'http',
    EGRESS_ALLOW: 'http://x/',
    PUBLIC_URL: 'http://a.example',
  };
  expect(invalidSettings(environment).toSorted()).toEqual(['EGRESS_ALLOW', 'OPERATOR_KEY', 'PORT', 'PUBLIC_URL']);
});

it('loadSettings creates no operator key while other settings are invalid', () => {
  expect(invalidSettings({ EGRESS_ALLOW: 'http://x/' })).toEqual(['EGRESS_ALLOW']);
  expect(existsSync(join(folder, 'operator.key'))).toBe(false);
  expect(invalidSettings({})).toEqual([]);
  expect(existsSync(join(folder, 'operator.key'))).toBe(true);
});
