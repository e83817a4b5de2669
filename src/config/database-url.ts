import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { parseUrl } from '../common/index.js';

/** How the connection to a database server is encrypted. Without `verify`, the server's certificate is not checked. */
export interface DatabaseTls {
  /** `chain`: an authority of `ca` issued the certificate. `identity`: and it is for the host of the URL. */
  verify?: 'chain' | 'identity';
  /** Certificates of the authorities, in PEM; by default those that Node trusts. */
  ca?: string;
  /** The client's certificate, in PEM. */
  cert?: string;
  key?: string;
}

/** A MariaDB or MySQL server. */
export interface DatabaseServer {
  kind: 'mysql';
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  poolSize: number;
  connectTimeoutMs: number;
  /** `undefined`: plain text. */
  tls?: DatabaseTls;
}

/** The database that holds all rows. */
export type DatabaseSettings = { kind: 'sqlite'; file: string } | DatabaseServer;

/** A `DATABASE_URL` is invalid. The message quotes nothing of the URL, because a part of it can be a part of the password. */
export class DatabaseUrlError extends Error {}

const FORM = 'must be sqlite:<file> or mysql://user:password@host:port/database';

const MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;
const NAMES = ['ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key', 'pool-size', 'connect-timeout'] as const;

type SslMode = (typeof MODES)[number];
type Parameters = Partial<Record<(typeof NAMES)[number], string>>;

/** Parses a `DATABASE_URL` and reads the files that it names. @throws {DatabaseUrlError} */
export function parseDatabaseUrl(text: string): DatabaseSettings {
  const file = /^sqlite:(.+)$/.exec(text)?.[1];
  if (file) return { kind: 'sqlite', file };
  const url = /^(mysql|mariadb):/.test(text) ? parseUrl(text) : undefined;
  if (!url || url.hostname === '' || url.pathname.length < 2) throw new DatabaseUrlError(FORM);
  if (url.hash !== '') throw new DatabaseUrlError(`${FORM}; write # in a user name or password as %23`);
  const parameters = readParameters(url.searchParams);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = tlsOf(parameters, host);
  return {
    kind: 'mysql',
    host,
    port: Number(url.port || 3306),
    user: decode(url.username),
    password: decode(url.password),
    database: decode(url.pathname.slice(1)),
    // A migration needs two connections.
    poolSize: integer(parameters, 'pool-size', 10, [2, 1000]),
    connectTimeoutMs: integer(parameters, 'connect-timeout', 10, [1, 60]) * 1000,
    ...(tls && { tls }),
  };
}

function readParameters(query: URLSearchParams): Parameters {
  const parameters: Parameters = {};
  for (const [index, [given, value]] of [...query].entries()) {
    const name = NAMES.find((known) => known === given);
    // The name is not quoted: a password with an unescaped `?` continues here.
    if (!name) throw new DatabaseUrlError(`parameter ${index + 1} is unknown; the parameters are ${NAMES.join(', ')}`);
    if (parameters[name] !== undefined) throw new DatabaseUrlError(`${name} is given twice`);
    parameters[name] = value;
  }
  return parameters;
}

function tlsOf(parameters: Parameters, host: string): DatabaseTls | undefined {
  const mode = modeOf(parameters['ssl-mode']);
  const [ca, cert, key] = (['ssl-ca', 'ssl-cert', 'ssl-key'] as const).map((name) => pem(parameters, name));
  const isVerified = mode === 'VERIFY_CA' || mode === 'VERIFY_IDENTITY';
  if (ca !== undefined && !isVerified)
    throw new DatabaseUrlError(
      'ssl-ca has no effect without ssl-mode=VERIFY_CA or ssl-mode=VERIFY_IDENTITY; add one of them',
    );
  if (ca === undefined && mode === 'VERIFY_CA')
    throw new DatabaseUrlError('ssl-mode=VERIFY_CA needs ssl-ca: any public authority would do otherwise');
  if ((cert === undefined) !== (key === undefined)) throw new DatabaseUrlError('ssl-cert and ssl-key need each other');
  if (mode === 'VERIFY_IDENTITY' && ipaddr.isValid(host))
    throw new DatabaseUrlError('ssl-mode=VERIFY_IDENTITY needs a host name, not an address');
  if (mode === 'DISABLED') {
    if (cert === undefined) return undefined;
    throw new DatabaseUrlError('ssl-cert and ssl-key have no effect without ssl-mode=REQUIRED or stricter');
  }
  return {
    ...(mode === 'VERIFY_CA' && { verify: 'chain' as const }),
    ...(mode === 'VERIFY_IDENTITY' && { verify: 'identity' as const }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert, key }),
  };
}

/** Plain text is the default, as it has always been: many databases are on a private network and have no certificate. */
function modeOf(text = 'DISABLED'): SslMode {
  const mode = MODES.find((known) => known === text.toUpperCase());
  if (mode) return mode;
  if (text.toUpperCase() === 'PREFERRED')
    throw new DatabaseUrlError(
      'ssl-mode=PREFERRED is not supported: an attacker could turn off encryption; use REQUIRED or stricter',
    );
  throw new DatabaseUrlError(`ssl-mode must be one of ${MODES.join(', ')}`);
}

function pem(parameters: Parameters, name: 'ssl-ca' | 'ssl-cert' | 'ssl-key'): string | undefined {
  const path = parameters[name];
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(`the file of ${name} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!text.includes('-----BEGIN ')) throw new DatabaseUrlError(`the file of ${name} is not in PEM format`);
  return text;
}

function integer(
  parameters: Parameters,
  name: keyof Parameters,
  fallback: number,
  [min, max]: [number, number],
): number {
  const text = parameters[name];
  if (text === undefined) return fallback;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new DatabaseUrlError(`${name} must be an integer from ${min} to ${max}`);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new DatabaseUrlError(`${FORM}; write % in a user name, password or database as %25`);
  }
}
