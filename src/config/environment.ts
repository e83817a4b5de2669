import { existsSync } from 'node:fs';

/**
 * The only place that reads `process.env`: once, after `.env` has filled in what the environment leaves open.
 */
export function environment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return { ...process.env };
}

/** One variable by name, for settings that name where a secret is (`VAULT_KEYS=env:NAME`). */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}
