import { createSecretFile, environmentVariable, readSecretFile, type Settings } from '../../config/index.js';
import { AwsKmsKeys } from './aws-kms-keys.js';
import { FileKeys } from './file-keys.js';
import { GcpKmsKeys } from './gcp-kms-keys.js';
import { KeyChain } from './key-chain.js';
import { VaultKeyError, type KeyProvider } from './key-provider.js';
import { LocalKeys } from './local-keys.js';
import { TransitKeys } from './transit-keys.js';

/**
 * Opens the key providers that `VAULT_KEYS` names.
 *
 * A key file is created where there is none, but never beside a database that has sealed secrets: a fresh key would open none of them.
 *
 * @param inUse ids of the key-encryption keys that the database's data keys are wrapped under
 * @throws {VaultKeyError} in one line: nothing there, not a key, or not the key that this database was sealed with
 */
export async function openKeys(settings: Settings, inUse: readonly string[]): Promise<KeyProvider> {
  const providers: KeyProvider[] = [];
  for (const [kind, name] of named(settings.vaultKeys)) providers.push(await open(kind, name, settings, inUse));
  const keys = new KeyChain(providers as [KeyProvider, ...KeyProvider[]]);
  if (inUse.every((keyId) => keys.knows(keyId))) return keys;
  await keys.close();
  throw new VaultKeyError(
    `${settings.vaultKeys} does not hold the key that this database's secrets were sealed with; restore that key`,
  );
}

async function open(kind: string, name: string, settings: Settings, inUse: readonly string[]): Promise<KeyProvider> {
  switch (kind) {
    case 'transit':
      return new TransitKeys({ url: name, token: transitToken, namespace: environmentVariable('VAULT_NAMESPACE') });
    case 'aws-kms':
      return AwsKmsKeys.open(name);
    case 'gcp-kms':
      return GcpKmsKeys.open(name);
    case 'env':
      return fromVariable(name);
    default:
      return fromFile(name, settings, inUse.length === 0);
  }
}

function fromVariable(name: string): LocalKeys {
  const text = environmentVariable(name);
  if (!text) throw new VaultKeyError(`the variable ${name} is not set`);
  return LocalKeys.parse(text, `the variable ${name}`);
}

function fromFile(file: string, { production }: Settings, mayCreate: boolean): FileKeys {
  const kept = readSecretFile(file);
  if (kept !== undefined) return new FileKeys(file, kept);
  if (!mayCreate) throw new VaultKeyError(`${file} is missing, and this database has sealed secrets; restore the file`);
  if (production)
    throw new VaultKeyError(`${file} is missing, and production makes no key of its own; \`npm run keys\` makes one`);
  return new FileKeys(file, createSecretFile(file, LocalKeys.mint()));
}

/** An agent renews the file. */
function transitToken(): string | undefined {
  const file = environmentVariable('VAULT_TOKEN_FILE');
  return file ? readSecretFile(file) : environmentVariable('VAULT_TOKEN');
}

/** Separated by commas that another provider follows: a path may have some itself. */
function named(vaultKeys: string): [kind: string, name: string][] {
  return vaultKeys.split(/,\s*(?=(?:file|env|transit|aws-kms|gcp-kms):)/).map((text) => {
    const colon = text.indexOf(':');
    return [text.slice(0, colon), text.slice(colon + 1)];
  });
}
