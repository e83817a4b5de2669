import type { z } from 'zod';
import { basePathOf } from '../common/index.js';
import type { DatabaseSettings } from './database-url.js';
import type { EgressProxySettings } from './egress-proxy.js';
import { ENVIRONMENT_SCHEMA, type Variables } from './environment-schema.js';

/** All settings, validated once and frozen. Times are in milliseconds unless their names say otherwise. */
export class Settings {
  readonly production!: boolean;
  readonly host!: string;
  readonly port!: number;
  /** Without a trailing slash. */
  readonly publicUrl!: string;
  /** Path of `publicUrl`, without a trailing slash. It precedes every path that browsers see; empty if there is none. */
  readonly basePath!: string;
  readonly database!: DatabaseSettings;
  readonly redisUrl?: string;
  readonly operatorKey?: string;
  readonly vaultKeys!: string;
  readonly dataDir!: string;
  readonly egressAllow!: string;
  readonly egressProxy?: EgressProxySettings;
  /** Whether the proxy resolves names, so that the addresses of hosts are not checked. */
  readonly egressProxyResolves!: boolean;
  /** Addresses and ranges of reverse proxies whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies!: readonly string[];
  readonly http!: { requestTimeoutMs: number; headersTimeoutMs: number; idleTimeoutMs: number; maxConnections: number };
  /**
   * `delayMs`: how long requests are still accepted after the signal, while load balancers notice. `timeoutMs`: how long results that could
   * not be stored are retried.
   */
  readonly shutdown!: { delayMs: number; timeoutMs: number };
  readonly logLevel!: string;
  /** Names of variables that make Node or libraries print requests with their secrets. */
  readonly debugging!: readonly string[];
  readonly call!: {
    timeoutMs: number;
    maxRequestCharacters: number;
    maxResponseCharacters: number;
    maxFileBytes: number;
    /** For all files of one response together; at least `maxFileBytes`. */
    maxTotalFileBytes: number;
    /** Memory for large bodies of all calls together. */
    maxHeldBytes: number;
  };
  /** `token` is required from readers; with `port`, the metrics have a listener of their own. */
  readonly metrics!: { token?: string; port?: number };
  /** Maximum numbers of resources. */
  readonly maximum!: { keysPerTenant: number; gptsPerTenant: number; actionsPerGpt: number };
  /** Requests per window; 0 means unlimited. */
  readonly limits!: {
    windowSeconds: number;
    key: number;
    tenant: number;
    user: number;
    signIn: number;
    failedAuthentication: number;
  };
  readonly signIn!: { ticketMs: number; stateMs: number };
  /** Retention of the steps of sign-ins and refreshes. */
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

/** Variables that turn on debug output of Node itself, and of the package `debug`, which many libraries use. */
const DEBUG_VARIABLES = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG'];

/** Values that most programs read as off. */
const OFF = /^(0|false|no|off)$/i;

/** Maximum of the query parameter `wait`. */
const MAX_WAIT_SECONDS = 55;

const MAX_HEADERS_SECONDS = 20;

/** Default of `SHUTDOWN_DELAY_SECONDS` in production. */
const PRODUCTION_SHUTDOWN_DELAY_SECONDS = 5;

/** Maximum duration of an authorization request: ten minutes (security rule C10). */
const STATE_MS = 600_000;

/**
 * Reads the settings from an environment. Empty variables count as unset.
 *
 * @throws {InvalidSettingsError} with one line for each invalid variable, all at once
 */
export function readSettings(environment: Environment): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const debugging = DEBUG_VARIABLES.filter((name) => given[name] !== undefined && !OFF.test(given[name]));
  const { variables, errors } = parseVariables(given);
  errors.push(...fileLimitErrors(variables), ...metricsPortErrors(variables), ...egressProxyErrors(given));
  if (isProduction(variables)) errors.push(...productionErrors(variables, debugging));
  if (errors.length > 0) throw new InvalidSettingsError(firstOfEachVariable(errors));
  return freeze(settingsOf(variables as Variables, debugging));
}

/** Parses each variable by itself, so that the checks that follow see the valid ones even if others are invalid. */
function parseVariables(given: Environment): { variables: Partial<Variables>; errors: string[] } {
  const variables: Record<string, unknown> = {};
  const errors: string[] = [];
  for (const [name, schema] of Object.entries<z.ZodType>(ENVIRONMENT_SCHEMA.shape)) {
    const { success, data, error } = schema.safeParse(given[name]);
    if (success) variables[name] = data;
    else errors.push(...error.issues.map(({ message }) => `${name}: ${message}`));
  }
  return { variables: variables as Partial<Variables>, errors };
}

function firstOfEachVariable(errors: readonly string[]): string[] {
  const variables = errors.map((error) => error.slice(0, error.indexOf(':')));
  return errors.filter((_, index) => variables.indexOf(variables[index] as string) === index);
}

function settingsOf(env: Variables, debugging: readonly string[]): Settings {
  return {
    production: isProduction(env),
    host: env.HOST,
    port: env.PORT,
    publicUrl: publicUrlOf(env),
    basePath: basePathOf(publicUrlOf(env)),
    database: env.DATABASE_URL ?? { kind: 'sqlite', file: `${env.DATA_DIR}/countersign.db` },
    redisUrl: env.REDIS_URL,
    operatorKey: env.OPERATOR_KEY,
    vaultKeys: env.VAULT_KEYS ?? `file:${env.DATA_DIR}/vault.key`,
    dataDir: env.DATA_DIR,
    egressAllow: env.EGRESS_ALLOW,
    ...(env.EGRESS_PROXY && { egressProxy: env.EGRESS_PROXY }),
    egressProxyResolves: env.EGRESS_PROXY_RESOLVES,
    trustedProxies: env.TRUSTED_PROXIES,
    http: {
      requestTimeoutMs: env.REQUEST_TIMEOUT_SECONDS * 1000,
      headersTimeoutMs: Math.min(env.REQUEST_TIMEOUT_SECONDS, MAX_HEADERS_SECONDS) * 1000,
      // A connection is silent while a call is in flight or a client long-polls a sign-in.
      idleTimeoutMs: (Math.max(env.CALL_TIMEOUT_SECONDS, MAX_WAIT_SECONDS) + 30) * 1000,
      maxConnections: env.MAX_CONNECTIONS,
    },
    shutdown: {
      delayMs: (env.SHUTDOWN_DELAY_SECONDS ?? (isProduction(env) ? PRODUCTION_SHUTDOWN_DELAY_SECONDS : 0)) * 1000,
      timeoutMs: env.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    },
    logLevel: env.LOG_LEVEL,
    debugging,
    call: {
      timeoutMs: env.CALL_TIMEOUT_SECONDS * 1000,
      maxRequestCharacters: env.CALL_MAX_REQUEST_CHARACTERS,
      maxResponseCharacters: env.CALL_MAX_RESPONSE_CHARACTERS,
      maxFileBytes: env.CALL_MAX_FILE_BYTES,
      maxTotalFileBytes: env.CALL_MAX_TOTAL_FILE_BYTES,
      maxHeldBytes: env.CALL_MAX_HELD_BYTES,
    },
    metrics: { token: env.METRICS_TOKEN, port: env.METRICS_PORT },
    maximum: {
      keysPerTenant: env.MAX_KEYS_PER_TENANT,
      gptsPerTenant: env.MAX_GPTS_PER_TENANT,
      actionsPerGpt: env.MAX_ACTIONS_PER_GPT,
    },
    limits: {
      windowSeconds: env.RATE_LIMIT_WINDOW_SECONDS,
      key: env.RATE_LIMIT_KEY,
      tenant: env.RATE_LIMIT_TENANT,
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
}

function isProduction({ NODE_ENV }: Partial<Variables>): boolean {
  return NODE_ENV === 'production';
}

function publicUrlOf({ PUBLIC_URL, HOST, PORT }: Pick<Variables, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  return PUBLIC_URL ?? `http://${HOST}:${PORT}`;
}

function fileLimitErrors({ CALL_MAX_FILE_BYTES = 0, CALL_MAX_TOTAL_FILE_BYTES }: Partial<Variables>): string[] {
  if (CALL_MAX_TOTAL_FILE_BYTES === undefined || CALL_MAX_FILE_BYTES <= CALL_MAX_TOTAL_FILE_BYTES) return [];
  return ['CALL_MAX_FILE_BYTES: must not exceed CALL_MAX_TOTAL_FILE_BYTES'];
}

function metricsPortErrors({ METRICS_PORT, PORT }: Partial<Variables>): string[] {
  return METRICS_PORT !== undefined && METRICS_PORT === PORT ? ['METRICS_PORT: must differ from PORT'] : [];
}

function egressProxyErrors({ EGRESS_PROXY, EGRESS_PROXY_RESOLVES }: Environment): string[] {
  const isMissing = EGRESS_PROXY_RESOLVES === 'true' && EGRESS_PROXY === undefined;
  return isMissing ? ['EGRESS_PROXY_RESOLVES: has no effect without EGRESS_PROXY; set it as well'] : [];
}

const PLACEHOLDER = /^(changeme|change-me|password|secret|example|placeholder|xxx+|todo)$/i;

function productionErrors(variables: Partial<Variables>, debugging: readonly string[]): string[] {
  const { DATABASE_URL: database, PUBLIC_URL, HOST, PORT } = variables;
  const errors: string[] = [];
  if (database?.kind === 'mysql' && PLACEHOLDER.test(database.password)) {
    errors.push('DATABASE_URL: the password is a placeholder; set a real one');
  }
  const publicUrl = HOST !== undefined && PORT !== undefined ? publicUrlOf({ PUBLIC_URL, HOST, PORT }) : PUBLIC_URL;
  if (publicUrl && !publicUrl.startsWith('https://') && !isLoopback(new URL(publicUrl).hostname)) {
    errors.push('PUBLIC_URL: must be https in production, because browsers send authorization codes to it');
  }
  errors.push(...debugging.map((name) => `${name}: prints requests with their secrets; unset it in production`));
  return errors;
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part);
  return Object.freeze(value);
}
