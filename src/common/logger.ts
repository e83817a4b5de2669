import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { HIDDEN } from './hide-secrets.js';

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
 * `err` keeps type, message and stack only: a failed query would otherwise bring its parameters along.
 */
export function createLogger(level: string, destination?: DestinationStream): PinoLogger & Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
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

/** A cause may have a cause, and a careless one itself. */
const MAX_CAUSES = 4;

function describeError(error: unknown, left = MAX_CAUSES): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' && { errorCode: code }),
    ...(error.cause instanceof Error && left > 0 && { cause: describeError(error.cause, left - 1) }),
  };
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
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    if (STARTING.has(String(context ?? stack))) return;
    this.logger.error({ context, stack }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }
}
