import { createSecretFile, environmentVariable, readSecretFile, type Settings } from '../config/index.js';
import type { KeyProvider } from './key-provider.js';
import { VaultKeyError } from './key-provider.js';
import { LocalKeys } from './local-keys.js';

/**
 * Opens the key provider that `VAULT_KEYS` names.
 *
 * A key file is created where there is none, but never beside a database that has sealed secrets: a fresh key would open none of them.
 *
 * @param inUse ids of the key-encryption keys that the database's data keys are wrapped under
 * @throws {VaultKeyError} in one line: nothing there, not a key, or not the key that this database was sealed with
 */
export function openKeys(settings: Settings, inUse: readonly string[]): KeyProvider {
  const keys = read(settings, inUse.length === 0);
  if (inUse.some((keyId) => !keys.knows(keyId))) {
    throw new VaultKeyError(
      `${settings.vaultKeys} does not hold the key that this database's secrets were sealed with; restore that key`,
    );
  }
  return keys;
}

function read({ vaultKeys, production }: Settings, mayCreate: boolean): LocalKeys {
  const [kind, name] = split(vaultKeys);
  if (kind === 'env') {
    const text = environmentVariable(name);
    if (!text) throw new VaultKeyError(`the variable ${name} is not set`);
    return LocalKeys.parse(text, `the variable ${name}`);
  }
  const kept = readSecretFile(name);
  if (kept !== undefined) return LocalKeys.parse(kept, name);
  if (!mayCreate) throw new VaultKeyError(`${name} is missing, and this database has sealed secrets; restore the file`);
  if (production)
    throw new VaultKeyError(`${name} is missing, and production makes no key of its own; \`npm run keys\` makes one`);
  return LocalKeys.parse(createSecretFile(name, LocalKeys.mint()), name);
}

function split(vaultKeys: string): [kind: string, name: string] {
  const colon = vaultKeys.indexOf(':');
  return [vaultKeys.slice(0, colon), vaultKeys.slice(colon + 1)];
}
