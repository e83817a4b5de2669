import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { describeError, isError } from './describe-error.js';
import { HIDDEN } from '../redaction/redactor.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';

/** The structured log of the process: one JSON object per line. */
export abstract class Logger {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
  /** Returns a logger with the same destination and its own redaction. */
  abstract child(bindings: object, options: { redact: string[] }): Logger;
}

/**
 * Creates the log. Errors are reduced to what {@link describeError} returns, and fields with the names of secrets are redacted in case
 * one is logged by mistake.
 */
export function createLogger(level: string, destination?: DestinationStream): PinoLogger & Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: describeErrors },
      // Replaces Pino's own serializer: the error is described already.
      serializers: { err: (described: unknown) => described },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: HIDDEN },
    },
    destination ?? pino.destination(1),
  );
}

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'key',
  'api_key',
  'client_secret',
  'access_token',
  'refresh_token',
  'code',
  'code_verifier',
  'ticket',
  'state',
];

/** Replaces errors in the fields by their description. The field `err` was thrown and may be anything. */
function describeErrors(fields: Record<string, unknown>): Record<string, unknown> {
  const isThrown = ([name, value]: [string, unknown]) => name === 'err' || isError(value);
  const entries = Object.entries(fields);
  if (!entries.some(isThrown)) return fields;
  return Object.fromEntries(entries.map((entry) => (isThrown(entry) ? [entry[0], describeError(entry[1])] : entry)));
}

/** Contexts in which Nest logs errors that it also throws during startup; the command prints these once. */
const STARTUP_CONTEXTS = new Set(['ExceptionHandler', 'NestApplication']);

/** Writes Nest's own log lines to our log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, redactLikelySecrets(String(message)));
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    if (STARTUP_CONTEXTS.has(String(context ?? stack))) return;
    const isStack = typeof stack === 'string';
    this.logger.error(
      { context, ...(isStack && { stack: redactLikelySecrets(stack) }) },
      redactLikelySecrets(String(message)),
    );
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }
}
