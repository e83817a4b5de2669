import type { TestApp } from './app.js';
import { Client, type ApiResponse } from './client.js';

/** A tenant with clients for its keys. */
export class TestTenant {
  private constructor(
    readonly id: string,
    readonly admin: Client,
    readonly runtime: Client,
  ) {}

  static async create(app: Pick<TestApp, 'operator' | 'url'>, name: string): Promise<TestTenant> {
    const { body } = await app.operator.post('/v1/tenants', { name });
    const admin = new Client(app.url, body.admin_key.key);
    const key = await admin.post('/v1/keys', { role: 'runtime', name: 'chat runtime' });
    return new TestTenant(body.id, admin, new Client(app.url, key.body.key));
  }

  /** Returns the same tenant as a client of another replica. */
  at(app: Pick<TestApp, 'url'>): TestTenant {
    return new TestTenant(this.id, new Client(app.url, this.admin.key), new Client(app.url, this.runtime.key));
  }

  async gpt(name = 'Note keeper'): Promise<TestGpt> {
    const response = await this.admin.post('/v1/gpts', { name });
    if (response.status !== 201) throw new Error(`the GPT was not created: ${JSON.stringify(response.body)}`);
    return new TestGpt(response.body.id, this);
  }
}

/** A GPT of a tenant. */
export class TestGpt {
  constructor(
    readonly id: string,
    readonly tenant: TestTenant,
  ) {}

  get path(): string {
    return `/v1/gpts/${this.id}`;
  }

  /** Adds an action. @returns the created action @throws if it is rejected */
  async action(openapi: object | string, auth?: object): Promise<ApiResponse['body']> {
    const response = await this.addAction({ openapi, auth });
    if (response.status !== 201) throw new Error(`the action was refused: ${JSON.stringify(response.body)}`);
    return response.body;
  }

  addAction(body: object): Promise<ApiResponse> {
    return this.tenant.admin.post(`${this.path}/actions`, body);
  }

  call(operationId: string, body: object = {}): Promise<ApiResponse> {
    return this.tenant.runtime.post(`${this.path}/call`, { operation_id: operationId, ...body });
  }

  /** Returns the same GPT as a client of another replica. */
  at(app: Pick<TestApp, 'url'>): TestGpt {
    return new TestGpt(this.id, this.tenant.at(app));
  }
}
