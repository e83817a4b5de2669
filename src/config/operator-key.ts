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
 * Returns the operator key from `OPERATOR_KEY` or else from `DATA_DIR/operator.key`, which the first start creates.
 *
 * @throws {InvalidSettingsError} the file does not hold a key; or there is neither, and production does not create keys
 */
export function operatorKey(settings: Pick<Settings, 'operatorKey' | 'dataDir' | 'production'>): OperatorKey {
  const { operatorKey: given, dataDir, production } = settings;
  if (given) return new OperatorKey(given);
  const file = join(dataDir, 'operator.key');
  const stored = readSecretFile(file);
  if (stored !== undefined) return new OperatorKey(checkedKey(stored, file));
  if (production) {
    throw new InvalidSettingsError(['OPERATOR_KEY: required in production; create one with `npm run keys`']);
  }
  const created = mintKey('operator', newId('key')).key;
  // Another process may have created the file at the same time; then its key is used.
  const key = createSecretFile(file, created);
  return new OperatorKey(checkedKey(key, file), key === created ? file : undefined);
}

function checkedKey(key: string, file: string): string {
  if (parseKey(key)?.role === 'operator') return key;
  throw new InvalidSettingsError([`OPERATOR_KEY: ${file} does not hold an operator key`]);
}
