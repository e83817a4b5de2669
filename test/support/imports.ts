import { readFileSync } from 'node:fs';
import type { ApiResponse } from './client.js';
import { EndUser } from './end-user.js';
import { OAuthWorld } from './oauth-world.js';
import type { TestGpt } from './tenant.js';
import { NOTES_PATHS, type Upstream } from './upstream.js';

export type Json = Record<string, unknown>;
type SampleName = 'plugin-manifest' | 'chatgpt-action' | 'librechat-action' | 'exported-gpt';

/** Countersign, an API and a provider, and the GPT into which a test imports. */
export class ImportWorld {
  /** A new GPT for each test. */
  gpt!: TestGpt;
  readonly app = this.servers.app;
  readonly api = this.servers.api;
  readonly provider = this.servers.provider;
  readonly tenant = this.servers.tenant;

  private constructor(private readonly servers: OAuthWorld) {}

  static async start(): Promise<ImportWorld> {
    return new ImportWorld(await OAuthWorld.start());
  }

  /** Resets the servers and creates the GPT of a test. */
  async startTest(): Promise<void> {
    this.servers.reset();
    await this.createGpt();
  }

  /** Creates another GPT, into which the following imports of the test go. */
  async createGpt(): Promise<void> {
    this.gpt = await this.tenant.gpt();
  }

  /**
   * Returns a manifest as its platform exports it, with the servers of this world as its API and its provider.
   *
   * @param weather the API of the second action of a GPT
   */
  sample(name: SampleName, weather = this.api): Json {
    return sampleOf(name, { api: this.api, weather, provider: this.provider });
  }

  /** Returns the document of the notes API. */
  document(): object {
    return this.api.document(NOTES_PATHS);
  }

  /** Returns the client id and the client secret that the provider has issued. */
  credentials(): Json {
    return { client_id: this.provider.clientId, client_secret: this.provider.clientSecret };
  }

  import(body: unknown, gpt = this.gpt): Promise<ApiResponse> {
    return importInto(gpt, body);
  }

  /** Imports, and returns the parts of the response. @throws {Error} the import was rejected */
  async imported(body: unknown): Promise<{ form: string; action: Json & { id: string }; codes: string[] }> {
    const response = await this.import(body);
    if (response.status !== 201) throw new Error(`the import was rejected: ${JSON.stringify(response.body)}`);
    const { form, action, warnings } = response.body;
    return { form, action, codes: warnings.map(({ code }: { code: string }) => code) };
  }

  /** Signs a user in to the imported action. @returns the status in which the sign-in ends */
  async statusOfSignIn(call: object = {}): Promise<string> {
    const attempt = await new EndUser(this.gpt, 'alice').signsIn(call);
    return (await attempt.view()).status;
  }

  stop(): Promise<void> {
    return this.servers.stop();
  }
}

export function importInto(gpt: TestGpt, body: unknown): Promise<ApiResponse> {
  return gpt.tenant.admin.post(`${gpt.path}/imports`, body);
}

export function withAuth(form: Json, changes: Json): Json {
  const auth = { ...(form['auth'] as Json), ...changes };
  return { ...form, auth };
}

export function withMetadata(form: Json, changes: Json): Json {
  return { ...form, metadata: { ...(form['metadata'] as Json), ...changes } };
}

/** The auth of a LibreChat action or a tool of a GPT. */
export function authOf(form: Json): Json {
  return (form['metadata'] as Json)['auth'] as Json;
}

interface SampleServers {
  api: Upstream;
  /** The API of the second action of a GPT. */
  weather: Upstream;
  provider: OAuthWorld['provider'];
}

/** Returns a manifest as its platform exports it, with these servers as its APIs and its provider. */
export function sampleOf(name: SampleName, { api, weather, provider }: SampleServers): Json {
  const text = readFileSync(new URL(`../actions/fixtures/${name}.json`, import.meta.url), 'utf8')
    .replaceAll('https://weather.example.com', weather.url)
    .replaceAll('weather.example.com', weather.domain)
    .replaceAll('https://api.example.com', api.url)
    .replaceAll('api.example.com', api.domain)
    .replaceAll('https://auth.example.com', provider.url)
    .replace('notes-client', provider.clientId)
    .replace('canary-librechat-secret', provider.clientSecret);
  return JSON.parse(text) as Json;
}
