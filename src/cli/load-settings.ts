import { InvalidSettingsError, operatorKey, readSettings, type OperatorKey, type Settings } from '../config/index.js';
import { EgressAllowList } from '../egress/index.js';

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings and the operator key.
 *
 * @throws {InvalidSettingsError} with all invalid settings at once, including those that modules parse themselves
 */
export function loadSettings(environment: Environment): { settings: Settings; operator: OperatorKey } {
  const errors: string[] = [];
  const settings = attempt(errors, () => readSettings(environment));
  attempt(errors, () => EgressAllowList.parse(environment['EGRESS_ALLOW'] ?? ''));
  const production = environment['NODE_ENV'] === 'production';
  // Outside production this creates a missing key, so it waits until everything else is valid.
  const isOperatorKeyDue = production || errors.length === 0;
  const dataDir = environment['DATA_DIR'] || 'data';
  const source = settings ?? { production, dataDir, operatorKey: environment['OPERATOR_KEY'] };
  const operator = isOperatorKeyDue ? attempt(errors, () => operatorKey(source)) : undefined;
  if (!settings || !operator || errors.length > 0) throw new InvalidSettingsError(errors);
  return { settings, operator };
}

function attempt<T>(errors: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidSettingsError) errors.push(...error.errors);
    else if (error instanceof RangeError) errors.push(error.message);
    else throw error;
    return undefined;
  }
}
