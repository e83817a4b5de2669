import { CountersignError, stackOf, withoutLikelySecrets } from '../common/index.js';
import { InvalidSettingsError } from '../config/index.js';
import { InvalidPresetError } from '../oauth/index.js';
import { VaultKeyError } from '../vault/index.js';

const KNOWN_ERRORS = [VaultKeyError, InvalidPresetError, CountersignError];

/**
 * Formats an error that ended a command: one line per invalid setting, one line for a failure whose message is enough, a stack for
 * anything unexpected. Likely secrets are redacted from messages that are not our own.
 */
export function formatStartupError(error: unknown): string {
  if (error instanceof InvalidSettingsError) return error.errors.map((line) => `countersign: ${line}`).join('\n');
  if (!(error instanceof Error)) return `countersign: ${withoutLikelySecrets(String(error))}`;
  if (KNOWN_ERRORS.some((type) => error instanceof type)) return `countersign: ${error.message}`;
  if (hasSystemCode(error)) return `countersign: ${withoutLikelySecrets(error.message)}`;
  return `countersign: ${stackOf(error)}`;
}

/** Returns whether the error came from the system or a driver: a port that is taken, a database or Redis that cannot be reached. */
function hasSystemCode(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(E[A-Z]+|ER_[A-Z_]+|SQLITE_[A-Z]+)$/.test(code);
}
