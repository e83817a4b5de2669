import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { parseKey } from '../common/index.js';

/** Where the rows live. */
export type DatabaseSettings = { kind: 'sqlite'; file: string } | { kind: 'mysql'; url: string };

/** Everything that can be set from outside, validated once and frozen. Times are milliseconds unless named otherwise. */
export class Settings {
  readonly production!: boolean;
  readonly host!: string;
  readonly port!: number;
  /** Without a trailing slash. */
  readonly publicUrl!: string;
  readonly database!: DatabaseSettings;
  readonly redisUrl?: string;
  readonly operatorKey?: string;
  readonly vaultKeys!: string;
  readonly dataDir!: string;
  readonly egressAllow!: string;
  /** Addresses and ranges of reverse proxies, whose word on where a request comes from counts. */
  readonly trustedProxies!: readonly string[];
  readonly http!: { requestTimeoutMs: number; headersTimeoutMs: number; idleTimeoutMs: number; maxConnections: number };
  readonly logLevel!: string;
  /** Variables that make Node or libraries print requests with all that is in them. */
  readonly debugging!: readonly string[];
  readonly call!: {
    timeoutMs: number;
    maxRequestCharacters: number;
    maxResponseCharacters: number;
    maxFileBytes: number;
    /** Of all files of one answer together; no less than that of one. */
    maxTotalFileBytes: number;
    /** Bytes of memory that all calls together hold of bodies that are more than small. */
    maxHeldBytes: number;
  };
  /** Requests in a window; 0 is no limit. */
  readonly limits!: { windowSeconds: number; key: number; user: number; signIn: number; failedAuthentication: number };
  readonly signIn!: { ticketMs: number; stateMs: number };
  /** How long the steps of sign-ins and refreshes are kept. */
  readonly trace!: { keptMs: number };
  readonly refresh!: { intervalMs: number; tokenTimeoutMs: number; idleMs: number };
}

/** One or more settings are invalid; `errors` holds one line for each. */
export class InvalidSettingsError extends Error {
  constructor(readonly errors: readonly string[]) {
    super(errors.join('\n'));
    this.name = 'InvalidSettingsError';
  }
}

type Environment = Record<string, string | undefined>;

const seconds = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback);

const quota = (fallback: number) => z.coerce.number().int().min(0).max(1_000_000_000).default(fallback);

const MEBIBYTE = 1_048_576;
/** A JSON answer has files in base64, and is one string: V8 has none beyond half a gibibyte. */
const MOST_FILE_BYTES = 256 * MEBIBYTE;

const ENVIRONMENT = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  DATABASE_URL: z.string().transform(databaseOf).optional(),
  DATA_DIR: z.string().min(1).default('data'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  OPERATOR_KEY: z
    .string()
    .refine((key) => parseKey(key)?.role === 'operator', 'must be an operator key; `npm run keys` makes one')
    .optional(),
  VAULT_KEYS: z
    .string()
    .regex(
      /^(file|env|transit|aws-kms|gcp-kms):.+$/s,
      'must be file:<path>, env:<NAME>, transit:<url>, aws-kms:<arn> or gcp-kms:<name>',
    )
    .optional(),
  EGRESS_ALLOW: z.string().default(''),
  TRUSTED_PROXIES: z.string().transform(proxiesOf).default([]),
  REQUEST_TIMEOUT_SECONDS: seconds(120, 3600),
  MAX_CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  CALL_TIMEOUT_SECONDS: seconds(45, 600),
  CALL_MAX_REQUEST_CHARACTERS: z.coerce.number().int().min(1000).max(10_000_000).default(100_000),
  CALL_MAX_RESPONSE_CHARACTERS: z.coerce.number().int().min(1000).max(10_000_000).default(100_000),
  CALL_MAX_FILE_BYTES: z.coerce
    .number()
    .int()
    .min(1000)
    .max(MOST_FILE_BYTES)
    .default(10 * MEBIBYTE),
  CALL_MAX_TOTAL_FILE_BYTES: z.coerce
    .number()
    .int()
    .min(1000)
    .max(MOST_FILE_BYTES)
    .default(25 * MEBIBYTE),
  CALL_MAX_HELD_BYTES: z.coerce
    .number()
    .int()
    .min(16 * MEBIBYTE)
    .max(MEBIBYTE * MEBIBYTE)
    .default(512 * MEBIBYTE),
  RATE_LIMIT_WINDOW_SECONDS: seconds(60, 3600),
  RATE_LIMIT_KEY: quota(60_000),
  RATE_LIMIT_USER: quota(1200),
  RATE_LIMIT_SIGN_IN: quota(30),
  RATE_LIMIT_FAILED_AUTHENTICATION: quota(60),
  SIGN_IN_LIFETIME_SECONDS: seconds(900, 86_400),
  TRACE_DAYS: z.coerce.number().int().min(1).max(365).default(7),
  REFRESH_INTERVAL_SECONDS: seconds(15, 3600),
  TOKEN_TIMEOUT_SECONDS: seconds(20, 60),
  IDLE_REFRESH_SECONDS: seconds(86_400, 30 * 86_400),
});

/** Read by Node itself, and by the package `debug` that many libraries print with. */
const DEBUGGING = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG'];
/** What other programs than these understand as "no". */
const OFF = /^(0|false|no|off)$/i;

/** Of `?wait=`. */
const LONGEST_WAIT_SECONDS = 55;

const MOST_HEADERS_SECONDS = 20;

/** Ten minutes: how long an authorization request may take (SECURITY C10). */
const STATE_MS = 600_000;

/**
 * Reads the settings from an environment. An empty variable counts as absent.
 *
 * @throws {InvalidSettingsError} with one line for each mistake
 */
export function readSettings(environment: Environment): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = ENVIRONMENT.safeParse(given);
  if (!parsed.success) {
    throw new InvalidSettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const env = parsed.data;
  if (env.CALL_MAX_FILE_BYTES > env.CALL_MAX_TOTAL_FILE_BYTES) {
    throw new InvalidSettingsError(['CALL_MAX_FILE_BYTES: must not be more than CALL_MAX_TOTAL_FILE_BYTES']);
  }
  const settings: Settings = {
    production: env.NODE_ENV === 'production',
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`,
    database: env.DATABASE_URL ?? { kind: 'sqlite', file: `${env.DATA_DIR}/countersign.db` },
    redisUrl: env.REDIS_URL,
    operatorKey: env.OPERATOR_KEY,
    vaultKeys: env.VAULT_KEYS ?? `file:${env.DATA_DIR}/vault.key`,
    dataDir: env.DATA_DIR,
    egressAllow: env.EGRESS_ALLOW,
    trustedProxies: env.TRUSTED_PROXIES,
    http: {
      requestTimeoutMs: env.REQUEST_TIMEOUT_SECONDS * 1000,
      headersTimeoutMs: Math.min(env.REQUEST_TIMEOUT_SECONDS, MOST_HEADERS_SECONDS) * 1000,
      // Nothing is read or written while a call is under way, or a sign-in is waited for.
      idleTimeoutMs: (Math.max(env.CALL_TIMEOUT_SECONDS, LONGEST_WAIT_SECONDS) + 30) * 1000,
      maxConnections: env.MAX_CONNECTIONS,
    },
    logLevel: env.LOG_LEVEL,
    debugging: DEBUGGING.filter((name) => given[name] !== undefined && !OFF.test(given[name])),
    call: {
      timeoutMs: env.CALL_TIMEOUT_SECONDS * 1000,
      maxRequestCharacters: env.CALL_MAX_REQUEST_CHARACTERS,
      maxResponseCharacters: env.CALL_MAX_RESPONSE_CHARACTERS,
      maxFileBytes: env.CALL_MAX_FILE_BYTES,
      maxTotalFileBytes: env.CALL_MAX_TOTAL_FILE_BYTES,
      maxHeldBytes: env.CALL_MAX_HELD_BYTES,
    },
    limits: {
      windowSeconds: env.RATE_LIMIT_WINDOW_SECONDS,
      key: env.RATE_LIMIT_KEY,
      user: env.RATE_LIMIT_USER,
      signIn: env.RATE_LIMIT_SIGN_IN,
      failedAuthentication: env.RATE_LIMIT_FAILED_AUTHENTICATION,
    },
    signIn: { ticketMs: env.SIGN_IN_LIFETIME_SECONDS * 1000, stateMs: STATE_MS },
    trace: { keptMs: env.TRACE_DAYS * 86_400_000 },
    refresh: {
      intervalMs: env.REFRESH_INTERVAL_SECONDS * 1000,
      tokenTimeoutMs: env.TOKEN_TIMEOUT_SECONDS * 1000,
      idleMs: env.IDLE_REFRESH_SECONDS * 1000,
    },
  };
  if (settings.production) refuseInProduction(settings);
  return freeze(settings);
}

/** @returns addresses and CIDR ranges */
function proxiesOf(text: string, context: z.RefinementCtx<string>): string[] {
  const places = text.split(',').map((place) => place.trim());
  if (places.every((place) => ipaddr.isValid(place) || ipaddr.isValidCIDR(place))) return places;
  context.addIssue('must be addresses and ranges such as 10.0.0.0/8, separated by commas');
  return z.NEVER;
}

function databaseOf(url: string, context: z.RefinementCtx<string>): DatabaseSettings {
  const file = /^sqlite:(.+)$/.exec(url)?.[1];
  if (file) return { kind: 'sqlite', file };
  if (/^(mysql|mariadb):/.test(url) && URL.canParse(url) && new URL(url).pathname.length > 1) {
    return { kind: 'mysql', url };
  }
  context.addIssue('must be sqlite:<file> or mysql://user:password@host:port/database');
  return z.NEVER;
}

const PLACEHOLDER = /^(changeme|change-me|password|secret|example|placeholder|xxx+|todo)$/i;

function refuseInProduction({ database, publicUrl, debugging }: Settings): void {
  const mistakes: string[] = [];
  if (database.kind === 'mysql' && PLACEHOLDER.test(new URL(database.url).password)) {
    mistakes.push('DATABASE_URL: the password is a placeholder; production needs a real one');
  }
  if (!publicUrl.startsWith('https://') && !isLoopback(new URL(publicUrl).hostname)) {
    mistakes.push('PUBLIC_URL: must be https in production, where browsers carry authorization codes to it');
  }
  mistakes.push(
    ...debugging.map((name) => `${name}: prints requests with the secrets in them; unset it in production`),
  );
  if (mistakes.length > 0) throw new InvalidSettingsError(mistakes);
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part);
  return Object.freeze(value);
}
