import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { parseKey } from '../common/index.js';
import { DatabaseUrlError, parseDatabaseUrl, type DatabaseSettings } from './database-url.js';
import { parseEgressProxy } from './egress-proxy.js';
import { publicUrlError } from './public-url.js';

const MEBIBYTE = 1_048_576;

/** Limit of all files of a response: it holds them as base64 in one JSON string, and V8 limits strings to about 512 MiB. */
const MAX_FILE_BYTES = 256 * MEBIBYTE;

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const port = z.coerce.number().int().min(1).max(65_535);
const seconds = (fallback: number, max: number) => integer(fallback, 1, max);
const quota = (fallback: number) => integer(fallback, 0, 1_000_000_000);

const resources = (fallback: number) => integer(fallback, 1, 1_000_000);

/** Every variable that Countersign reads, with its default. */
export const ENVIRONMENT_SCHEMA = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .superRefine((url, context) => {
      const error = publicUrlError(url);
      if (error !== undefined) context.addIssue(error);
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  DATABASE_URL: z.string().transform(readDatabaseUrl).optional(),
  DATA_DIR: z.string().min(1).default('data'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  OPERATOR_KEY: z
    .string()
    .refine((key) => parseKey(key)?.role === 'operator', 'must be an operator key; create one with `npm run keys`')
    .optional(),
  VAULT_KEYS: z
    .string()
    .regex(
      /^(file|env|transit|aws-kms|gcp-kms):.+$/s,
      'must be file:<path>, env:<NAME>, transit:<url>, aws-kms:<arn> or gcp-kms:<name>',
    )
    .optional(),
  EGRESS_ALLOW: z.string().default(''),
  EGRESS_PROXY: z.string().transform(parseEgressProxy).optional(),
  EGRESS_PROXY_RESOLVES: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  TRUSTED_PROXIES: z.string().transform(parseProxies).default([]),
  REQUEST_TIMEOUT_SECONDS: seconds(120, 3600),
  MAX_CONNECTIONS: integer(10_000, 1, 1_000_000),
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().int().min(0).max(300).optional(),
  SHUTDOWN_TIMEOUT_SECONDS: seconds(60, 3600),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'must have at least 16 characters, none of them white space')
    .optional(),
  METRICS_PORT: port.optional(),
  CALL_TIMEOUT_SECONDS: seconds(45, 600),
  CALL_MAX_REQUEST_CHARACTERS: integer(100_000, 1000, 10_000_000),
  CALL_MAX_RESPONSE_CHARACTERS: integer(100_000, 1000, 10_000_000),
  CALL_MAX_FILE_BYTES: integer(10 * MEBIBYTE, 1000, MAX_FILE_BYTES),
  CALL_MAX_TOTAL_FILE_BYTES: integer(25 * MEBIBYTE, 1000, MAX_FILE_BYTES),
  CALL_MAX_HELD_BYTES: integer(256 * MEBIBYTE, 16 * MEBIBYTE, MEBIBYTE * MEBIBYTE),
  MAX_KEYS_PER_TENANT: resources(1000),
  MAX_GPTS_PER_TENANT: resources(1000),
  MAX_ACTIONS_PER_GPT: resources(100),
  RATE_LIMIT_WINDOW_SECONDS: seconds(60, 3600),
  RATE_LIMIT_KEY: quota(60_000),
  RATE_LIMIT_TENANT: quota(120_000),
  RATE_LIMIT_USER: quota(1200),
  RATE_LIMIT_SIGN_IN: quota(30),
  RATE_LIMIT_FAILED_AUTHENTICATION: quota(60),
  SIGN_IN_LIFETIME_SECONDS: seconds(900, 86_400),
  TRACE_DAYS: integer(7, 1, 365),
  REFRESH_INTERVAL_SECONDS: seconds(15, 3600),
  TOKEN_TIMEOUT_SECONDS: seconds(20, 60),
  IDLE_REFRESH_SECONDS: seconds(86_400, 30 * 86_400),
});

/** The parsed variables. */
export type Variables = z.infer<typeof ENVIRONMENT_SCHEMA>;

/** Names of the variables that Countersign reads. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(ENVIRONMENT_SCHEMA.shape);

/** @returns IP addresses and CIDR ranges */
function parseProxies(text: string, context: z.RefinementCtx<string>): string[] {
  const proxies = text.split(',').map((proxy) => proxy.trim());
  if (proxies.every((proxy) => ipaddr.isValid(proxy) || ipaddr.isValidCIDR(proxy))) return proxies;
  context.addIssue('must be IP addresses and ranges such as 10.0.0.0/8, separated by commas');
  return z.NEVER;
}

function readDatabaseUrl(url: string, context: z.RefinementCtx<string>): DatabaseSettings {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    context.addIssue(error.message);
    return z.NEVER;
  }
}
