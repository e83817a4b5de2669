import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { freePort } from './free-port.js';

const program = '/usr/bin/glewlwyd';
/** The schema that Debian's package installs; it has a user `admin` whose password is `password`. */
const schema = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const modules = '/usr/lib/glewlwyd';

/**
 * A Glewlwyd instance: an authorization server that shares no code with ours or with the example provider.
 *
 * Its peculiarities: codes and refresh tokens that were used before are rejected with status 400 and no body;
 * `token_type` is in lower case; token responses contain `iat`; the redirect contains `iss` (RFC 9207).
 */
export interface Glewlwyd {
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  revocationUrl: string;
  /** An API to call: responds with `{"sub": …}` to a valid access token */
  userinfoUrl: string;
  /** Accepts its secret in the body and in a header */
  clientId: string;
  clientSecret: string;
  scope: string;
  userName: string;
  password: string;
  registerRedirectUri(uri: string): Promise<void>;
  /**
   * Signs the user in and consents through Glewlwyd's own API, as the script of the log-in page does, then opens the authorization
   * URL with that session.
   *
   * @returns the redirect URI with `code` and `state`, or with `error`
   */
  signIn(authorizationUrl: string): Promise<string>;
  close(): Promise<void>;
}

export interface GlewlwydOptions {
  /** In seconds; 3600 by default */
  accessTokenTtl?: number;
  redirectUris?: string[];
}

/** Starts a Glewlwyd on a free port of 127.0.0.1, with one scope, one user and one confidential client. */
export async function startGlewlwyd({
  accessTokenTtl = 3600,
  redirectUris = [],
}: GlewlwydOptions = {}): Promise<Glewlwyd> {
  const folder = mkdtempSync(join(tmpdir(), 'glewlwyd-'));
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  createDatabase(join(folder, 'glewlwyd.db'));
  writeFileSync(join(folder, 'glewlwyd.conf'), configuration(folder, port));
  const server = await run(folder, issuer);
  const close = async (): Promise<void> => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await setUp(issuer, accessTokenTtl, redirectUris)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Creates the plugin, scope, user and client with the administration API. */
async function setUp(issuer: string, accessTokenTtl: number, redirectUris: string[]): Promise<Omit<Glewlwyd, 'close'>> {
  const plugin = `${issuer}/api/oidc`;
  const [scope, userName, password] = ['notes', 'alice', randomBytes(12).toString('hex')];
  const [clientId, clientSecret] = ['countersign', randomBytes(24).toString('base64url')];
  const client = {
    client_id: clientId,
    name: 'Countersign',
    confidential: true,
    client_secret: clientSecret,
    token_endpoint_auth_method: ['client_secret_post', 'client_secret_basic'],
    authorization_type: ['code', 'refresh_token'],
    scope: [scope],
    redirect_uri: redirectUris,
    enabled: true,
  };

  const admin = await logIn(issuer, 'admin', 'password');
  await admin.ask('POST', '/mod/plugin/', {
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    order_rank: 0,
    parameters: pluginParameters(issuer, accessTokenTtl),
  });
  // A maximum age of 0 means that the password is not requested again during a session.
  await admin.ask('POST', '/scope/', {
    name: scope,
    display_name: 'Notes',
    password_required: true,
    password_max_age: 0,
  });
  await admin.ask('POST', '/user/', { username: userName, password, scope: [scope, 'g_profile'], enabled: true });
  await admin.ask('POST', '/client/', client);

  return {
    issuer,
    authorizationUrl: `${plugin}/auth`,
    tokenUrl: `${plugin}/token`,
    revocationUrl: `${plugin}/revoke`,
    userinfoUrl: `${plugin}/userinfo`,
    clientId,
    clientSecret,
    scope,
    userName,
    password,
    async registerRedirectUri(uri) {
      client.redirect_uri = [...client.redirect_uri, uri];
      await admin.ask('PUT', `/client/${clientId}`, client);
    },
    async signIn(authorizationUrl) {
      const user = await logIn(issuer, userName, password);
      await user.ask('PUT', `/auth/grant/${clientId}`, { scope });
      return user.authorize(authorizationUrl);
    },
  };
}

function pluginParameters(issuer: string, accessTokenTtl: number): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256', use: 'sig' };
  return {
    iss: issuer,
    'jwks-private': JSON.stringify({ keys: [key] }),
    'jwks-show': true,
    'subject-type': 'public',
    'access-token-duration': accessTokenTtl,
    'refresh-token-duration': 14 * 24 * 3600,
    'code-duration': 600,
    'refresh-token-rolling': true,
    'refresh-token-one-use': 'always',
    // Allows plain OAuth 2.0: a scope without openid.
    'allow-non-oidc': true,
    'auth-type-code-enabled': true,
    'auth-type-code-revoke-replayed': true,
    'auth-type-refresh-enabled': true,
    'auth-type-token-enabled': false,
    'auth-type-id-token-enabled': true,
    'auth-type-none-enabled': false,
    'auth-type-password-enabled': false,
    'auth-type-client-enabled': false,
    'pkce-allowed': true,
    'pkce-method-plain-allowed': false,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    'oauth-as-iss-id': true,
  };
}

interface Session {
  ask(method: string, path: string, body: object): Promise<void>;
  authorize(authorizationUrl: string): Promise<string>;
}

async function logIn(issuer: string, username: string, password: string): Promise<Session> {
  const ask = async (method: string, path: string, body: object, cookie = ''): Promise<Response> => {
    const headers = { 'content-type': 'application/json', cookie };
    const response = await fetch(`${issuer}/api${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const loggedIn = await ask('POST', '/auth', { username, password });
  const session = loggedIn.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  return {
    ask: async (method, path, body) => void (await ask(method, path, body, session)),
    async authorize(authorizationUrl) {
      const url = new URL(authorizationUrl);
      // The parameter with which the log-in page's script reports that the user has finished.
      url.searchParams.set('g_continue', '');
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: session } });
      const location = response.headers.get('location');
      if (!location) throw new Error(`${url.href} responded with ${response.status} ${await response.text()}`);
      return new URL(location, url).href;
    },
  };
}

function createDatabase(file: string): void {
  const database = new Database(file);
  // Glewlwyd does not wait for the disk either.
  database.exec(`PRAGMA synchronous = OFF; BEGIN; ${readFileSync(schema, 'utf8')}; COMMIT;`);
  database.close();
}

/** Omits `use_secure_connection`: Glewlwyd requires a certificate even if it is false. */
function configuration(folder: string, port: number): string {
  const settings = {
    port,
    bind_address: '127.0.0.1',
    external_url: `http://127.0.0.1:${port}`,
    login_url: 'login.html',
    api_prefix: 'api',
    static_files_path: '/usr/share/glewlwyd/webapp/',
    log_mode: 'file',
    log_level: 'WARNING',
    log_file: join(folder, 'glewlwyd.log'),
    cookie_domain: '127.0.0.1',
    cookie_secure: 0,
    session_expiration: 3600,
    session_key: 'GLEWLWYD2_SESSION_ID',
    admin_scope: 'g_admin',
    profile_scope: 'g_profile',
    user_module_path: `${modules}/user`,
    client_module_path: `${modules}/client`,
    user_auth_scheme_module_path: `${modules}/scheme`,
    plugin_module_path: `${modules}/plugin`,
    hash_algorithm: 'SHA512',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    ...lines,
    `database = { type = "sqlite3"; path = ${JSON.stringify(join(folder, 'glewlwyd.db'))}; };`,
    '',
  ].join('\n');
}

/** Starts the program and waits until it responds. */
async function run(folder: string, issuer: string): Promise<{ end(): Promise<void> }> {
  const child = spawn(program, [`--config-file=${join(folder, 'glewlwyd.conf')}`], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (): void => void child.kill();
  // Ends the program if the tests exit without closing it.
  process.once('exit', kill);
  const end = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await exited;
  };
  await waitUntilResponding(child, `${issuer}/config`).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { end };
}

async function waitUntilResponding(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (child.exitCode === null && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`glewlwyd did not start (exit code ${child.exitCode})`);
}
