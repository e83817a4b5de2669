import { existsSync } from 'node:fs';

/** Returns the environment, completed with the variables of `.env`. No other module reads `process.env`. */
export function environment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return { ...process.env };
}

/** Returns one variable, for settings that name the variable with a secret (`VAULT_KEYS=env:NAME`). */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}
