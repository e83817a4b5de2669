import { expect } from '@jest/globals';
import { TestApp } from './app.js';
import type { ApiResponse } from './client.js';
import type { TestGpt, TestTenant } from './tenant.js';
import { NOTES_PATHS, Upstream } from './upstream.js';

const responses = { 200: { description: 'ok' } };

const TASK = {
  type: 'object',
  required: ['title', 'account'],
  properties: {
    title: { type: 'string' },
    account: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
  },
};

/** The operations whose policies are set. */
export const POLICY_PATHS = {
  ...NOTES_PATHS,
  '/tasks': {
    post: {
      operationId: 'createTask',
      'x-openai-isConsequential': false,
      parameters: [
        { name: 'X-Team', in: 'header', required: true, schema: { type: 'string' } },
        { name: 'filter[kind]', in: 'query', schema: { type: 'string' } },
      ],
      requestBody: { required: true, content: { 'application/json': { schema: TASK } } },
      responses,
    },
  },
};

interface Tool {
  name: string;
  description: string;
  inputSchema: { properties: Record<string, object>; required: string[] };
}

/** An action whose operations get policies. */
export class PolicyWorld {
  tenant!: TestTenant;
  gpt!: TestGpt;
  /** The path of the action. */
  path!: string;

  private constructor(
    readonly app: TestApp,
    readonly api: Upstream,
  ) {}

  static async start(): Promise<PolicyWorld> {
    const [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
    return new PolicyWorld(app, api);
  }

  async stop(): Promise<void> {
    await Promise.all([this.app.stop(), this.api.stop()]);
  }

  /** Creates the action anew, of a tenant of its own. */
  async reset(): Promise<void> {
    this.tenant = await this.app.tenant();
    this.gpt = await this.tenant.gpt();
    const { id } = await this.gpt.action(this.api.document(POLICY_PATHS));
    this.path = `${this.gpt.path}/actions/${id}`;
    this.api.requests.length = 0;
  }

  set(operations: object): Promise<ApiResponse> {
    return this.tenant.admin.put(`${this.path}/policy`, { operations });
  }

  async mustSet(operations: object): Promise<ApiResponse['body']> {
    const answer = await this.set(operations);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ operations })]);
    return answer.body;
  }

  async tools(): Promise<Tool[]> {
    return (await this.tenant.runtime.get(`${this.gpt.path}/tools?format=mcp`)).body.data;
  }

  async tool(name: string): Promise<Tool> {
    const found = (await this.tools()).find((each) => each.name === name);
    if (!found) throw new Error(`there is no tool ${name}`);
    return found;
  }
}
