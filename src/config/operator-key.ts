import { join } from 'node:path';
import { mintKey, newId, parseKey } from '../common/index.js';
import { createSecretFile, readSecretFile } from './secret-file.js';
import { InvalidSettingsError, type Settings } from './settings.js';

/** The deployment's own key. */
export class OperatorKey {
  /** @param createdIn the file that holds the key, if this start created it */
  constructor(
    readonly key: string,
    readonly createdIn?: string,
  ) {}
}

/**
 * The operator key: from `OPERATOR_KEY`, else from `DATA_DIR/operator.key`, which the first start creates.
 *
 * @throws {InvalidSettingsError} in production, where nobody would see a key that made itself; or the file holds no key
 */
export function operatorKey({ operatorKey: given, dataDir, production }: Settings): OperatorKey {
  if (given) return new OperatorKey(given);
  const file = join(dataDir, 'operator.key');
  const kept = readSecretFile(file);
  if (kept !== undefined) return new OperatorKey(checked(kept, file));
  if (production) {
    throw new InvalidSettingsError(['OPERATOR_KEY: production needs one; `npm run keys` makes one']);
  }
  const mine = mintKey('operator', newId('key')).key;
  const stored = createSecretFile(file, mine);
  return new OperatorKey(checked(stored, file), stored === mine ? file : undefined);
}

function checked(key: string, file: string): string {
  if (parseKey(key)?.role === 'operator') return key;
  throw new InvalidSettingsError([`OPERATOR_KEY: ${file} does not hold an operator key`]);
}
