import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { describeError, isError } from './describe-error.js';
import { HIDDEN } from '../redaction/redactor.js';
import { withoutLikelySecrets } from '../redaction/likely-secrets.js';

/** The process's structured log: one JSON object a line. */
export abstract class Logger {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
  /** The same log with settings of its own. */
  abstract child(bindings: object, options: { redact: string[] }): Logger;
}

/**
 * A last net under the rule that nobody logs a secret: fields by these names never show.
 * Errors keep what {@link describeError} shows of them: a failed query would otherwise bring its parameters along.
 */
export function createLogger(level: string, destination?: DestinationStream): PinoLogger & Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: describeErrors },
      // Pino's own would take what is described already for an error.
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

/** Whatever it is called by; what is called `err` was thrown, and may be anything. */
function describeErrors(fields: Record<string, unknown>): Record<string, unknown> {
  const isThrown = ([name, value]: [string, unknown]) => name === 'err' || isError(value);
  const entries = Object.entries(fields);
  if (!entries.some(isThrown)) return fields;
  return Object.fromEntries(entries.map((entry) => (isThrown(entry) ? [entry[0], describeError(entry[1])] : entry)));
}

/** Nest logs what stops a start and throws it as well; whoever starts the process says it, once. */
const STARTING = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's own lines, in the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, withoutLikelySecrets(String(message)));
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    if (STARTING.has(String(context ?? stack))) return;
    const isStack = typeof stack === 'string';
    this.logger.error(
      { context, ...(isStack && { stack: withoutLikelySecrets(stack) }) },
      withoutLikelySecrets(String(message)),
    );
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }
}
