import { CountersignError, stackOf, redactLikelySecrets } from '../common/index.js';
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
  if (!(error instanceof Error)) return `countersign: ${redactLikelySecrets(String(error))}`;
  if (KNOWN_ERRORS.some((type) => error instanceof type)) return `countersign: ${error.message}`;
  if (hasSystemCode(error)) return `countersign: ${redactLikelySecrets(adviceOn(error))}`;
  return `countersign: ${stackOf(error)}`;
}

/** Returns whether the error came from the system or a driver: a port that is taken, a database or Redis that cannot be reached. */
function hasSystemCode(error: Error): boolean {
  return /^(E[A-Z_]+|HANDSHAKE_[A-Z_]+|PROTOCOL_CONNECTION_LOST|SQLITE_[A-Z]+)$/.test(codeOf(error));
}

/** Returns the message of a failure, with what to do if the driver's message does not say it. */
function adviceOn(error: Error): string {
  const { message } = error;
  switch (codeOf(error)) {
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return 'the database server does not support TLS; enable it there, or remove ssl-mode from DATABASE_URL';
    case 'HANDSHAKE_SSL_ERROR':
      return `the TLS connection to the database failed: ${message}; check ssl-mode and the certificates in DATABASE_URL`;
    default:
      return message || codeOf(error);
  }
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
