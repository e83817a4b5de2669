import { createSecretFile, environmentVariable, readSecretFile, type Settings } from '../../config/index.js';
import { AwsKmsKeys } from './aws-kms-keys.js';
import { FileKeyset } from './file-keyset.js';
import { GcpKmsKeys } from './gcp-kms-keys.js';
import { KeyChain } from './key-chain.js';
import { VaultKeyError, type KeyProvider } from './key-provider.js';
import { LocalKeyset } from './local-keyset.js';
import { TransitKeys } from './transit-keys.js';

/**
 * Opens the key providers in `VAULT_KEYS`.
 *
 * Creates a missing key file, unless the database has sealed secrets, which a new key could not unseal.
 *
 * @param keyIdsInUse the ids of the key-encryption keys that wrap the database's data keys
 * @throws {VaultKeyError} a key is missing or malformed, or none of them is the one that the database was sealed with
 */
export async function openKeyProvider(settings: Settings, keyIdsInUse: readonly string[]): Promise<KeyProvider> {
  const providers: KeyProvider[] = [];
  for (const [kind, name] of parseProviders(settings.vaultKeys)) {
    providers.push(await open(kind, name, settings, keyIdsInUse));
  }
  const keys = new KeyChain(providers as [KeyProvider, ...KeyProvider[]]);
  if (keyIdsInUse.every((keyId) => keys.canUnwrap(keyId))) return keys;
  await keys.close();
  throw new VaultKeyError(
    `${settings.vaultKeys} does not contain the key that sealed the secrets of this database; restore that key`,
  );
}

async function open(
  kind: string,
  name: string,
  settings: Settings,
  keyIdsInUse: readonly string[],
): Promise<KeyProvider> {
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
      return fromFile(name, settings, keyIdsInUse.length === 0);
  }
}

function fromVariable(name: string): LocalKeyset {
  const text = environmentVariable(name);
  if (!text) throw new VaultKeyError(`the variable ${name} is not set`);
  return LocalKeyset.parse(text, `the variable ${name}`);
}

function fromFile(file: string, { production }: Settings, mayCreate: boolean): FileKeyset {
  const text = readSecretFile(file);
  if (text !== undefined) return new FileKeyset(file, text);
  if (!mayCreate)
    throw new VaultKeyError(
      `${file} is missing, and the database has secrets that were sealed with it; restore the file`,
    );
  if (production) {
    throw new VaultKeyError(`${file} is missing, and no key is generated in production; run \`npm run keys\``);
  }
  return new FileKeyset(file, createSecretFile(file, LocalKeyset.generateKey()));
}

/** Reads the token on each use, because an agent may renew the file. */
function transitToken(): string | undefined {
  const file = environmentVariable('VAULT_TOKEN_FILE');
  return file ? readSecretFile(file) : environmentVariable('VAULT_TOKEN');
}

/** Splits at commas that are followed by another provider. A path may contain commas. */
function parseProviders(vaultKeys: string): [kind: string, name: string][] {
  return vaultKeys.split(/,\s*(?=(?:file|env|transit|aws-kms|gcp-kms):)/).map((text) => {
    const colon = text.indexOf(':');
    return [text.slice(0, colon), text.slice(colon + 1)];
  });
}
