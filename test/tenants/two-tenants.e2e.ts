import '../support/properties.js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { newId } from '../../src/common/index.js';
import { allChained } from '../support/all-chained.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import type { ApiResponse } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { TestGpt, type TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
});

afterAll(() => Promise.all([app.stop(), api.stop(), provider.stop()]));

const KINDS = ['gpt', 'action', 'key', 'connection', 'sign-in'] as const;
type Kind = (typeof KINDS)[number];

const PREFIX = { gpt: 'g', action: 'act', key: 'key', connection: 'conn', 'sign-in': 'si' } as const;

/** A tenant to which commands are applied, with names for the resources that it creates. */
class TenantModel {
  private readonly made: Record<Kind, string[]> = { gpt: [], action: [], key: [], connection: [], 'sign-in': [] };
  private readonly names = new Map<string, string>();

  private constructor(readonly tenant: TestTenant) {
    this.names.set(tenant.id, 'tenant');
  }

  static async create(): Promise<TenantModel> {
    return new TenantModel(await app.tenant());
  }

  /** Returns the id of the n-th resource of a kind, or an unknown id if there is none. */
  id(kind: Kind, index: number): string {
    const all = this.made[kind];
    return all.length === 0 ? newId(PREFIX[kind]) : (all[index % all.length] as string);
  }

  note(kind: Kind, id: unknown): void {
    if (typeof id !== 'string' || this.names.has(id)) return;
    this.names.set(id, `${kind} ${this.made[kind].length}`);
    this.made[kind].push(id);
  }

  gpt(index: number): TestGpt {
    return new TestGpt(this.id('gpt', index), this.tenant);
  }

  /** Returns everything that the tenant's admin can see, with ids replaced by names, and without random values and times. */
  async view(): Promise<unknown> {
    const lists = ['/v1/gpts', '/v1/keys', '/v1/connections'];
    const gpts = this.made.gpt.map((id) => `/v1/gpts/${id}/actions`);
    const paths = [`/v1/tenants/${this.tenant.id}`, ...lists, ...gpts, '/v1/audit-events'];
    const seen: unknown[] = [];
    for (const path of paths) {
      const { status, body } = await this.tenant.admin.get(`${path}${path.includes('tenants/') ? '' : '?limit=200'}`);
      seen.push(status, this.named(body));
    }
    return seen;
  }

  /** Returns a body that can be compared with one of another tenant. */
  named(body: unknown): unknown {
    const text = JSON.stringify(body ?? null, (name, value: unknown) => (VARYING.has(name) ? undefined : value));
    const named = text.replaceAll(
      /"?\b(?:t|g|act|conn|key|si|rev|evt|call|dk)-[a-z0-9]{26}\b"?/g,
      (id) => `"${this.names.get(id.replaceAll('"', '')) ?? 'an id'}"`,
    );
    const timeless = named.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time').replaceAll(/(\/aip\/)"[^"]*"/g, '$1x');
    const value: unknown = JSON.parse(timeless);
    return isPage(value) ? { ...value, data: sorted(value.data) } : value;
  }
}

/** Members that differ between runs. */
const VARYING = new Set([
  'slug',
  'created_at',
  'updated_at',
  'expires_at',
  'last_used_at',
  'last_refreshed_at',
  'request_id',
  'hash',
  'previous_hash',
  'address',
  'chain',
  'callback_url',
  'key',
  'url',
  'next_cursor',
  'token',
]);

function isPage(value: unknown): value is { data: object[] } {
  return typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data);
}

/** Sorts by content, because rows of the same millisecond have no defined order; events have a sequence. */
function sorted(data: object[]): object[] {
  return data.every((each) => 'sequence' in each)
    ? data
    : data.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

interface Command {
  does: keyof typeof COMMANDS;
  index: number;
  text: string;
}

const AUTHS = () => [
  { type: 'none' },
  { type: 'api_key', auth_type: 'bearer', api_key: 'a-key-of-the-api' },
  provider.schema({ revocation_url: `${provider.url}/revoke` }),
];

/** Commands of a tenant's admin, runtime and users. Each returns a comparable response. */
const COMMANDS = {
  async createGpt(life: TenantModel, { text }: Command) {
    const answer = await life.tenant.admin.post('/v1/gpts', { name: text });
    life.note('gpt', answer.body.id);
    return answer;
  },
  renameGpt: (life: TenantModel, { index, text }: Command) =>
    life.tenant.admin.patch(`/v1/gpts/${life.id('gpt', index)}`, { name: text }),
  deleteGpt: (life: TenantModel, { index }: Command) => life.tenant.admin.delete(`/v1/gpts/${life.id('gpt', index)}`),
  async addAction(life: TenantModel, { index }: Command) {
    const auth = AUTHS()[index % 3];
    const answer = await life.gpt(index).addAction({ openapi: api.document(NOTES_PATHS), auth });
    life.note('action', answer.body.id);
    return answer;
  },
  setAuth: (life: TenantModel, { index }: Command) =>
    life.tenant.admin.put(`${life.gpt(index).path}/actions/${life.id('action', index)}/auth`, AUTHS()[(index + 1) % 3]),
  deleteAction: (life: TenantModel, { index }: Command) =>
    life.tenant.admin.delete(`${life.gpt(index).path}/actions/${life.id('action', index)}`),
  async createKey(life: TenantModel, { text, index }: Command) {
    const gpt_ids = index % 2 === 0 ? [life.id('gpt', index)] : undefined;
    const answer = await life.tenant.admin.post('/v1/keys', {
      role: 'runtime',
      name: text,
      ...(gpt_ids && { gpt_ids }),
    });
    life.note('key', answer.body.id);
    return answer;
  },
  async rotateKey(life: TenantModel, { index }: Command) {
    const answer = await life.tenant.admin.post(`/v1/keys/${life.id('key', index)}/rotate`, {});
    life.note('key', answer.body.id);
    return answer;
  },
  revokeKey: (life: TenantModel, { index }: Command) => life.tenant.admin.delete(`/v1/keys/${life.id('key', index)}`),
  settings: (life: TenantModel, { index }: Command) =>
    life.tenant.admin.patch(`/v1/tenants/${life.tenant.id}`, {
      return_url_origins: [`https://chat-${index % 3}.example.com`],
      oauth_domain_rule: 'warn',
    }),
  async call(life: TenantModel, { index, text }: Command) {
    const { status, body } = await life.gpt(index).call('listNotes', { user: text });
    life.note('sign-in', body.sign_in?.id);
    return { status, body: { outcome: body.outcome, code: body.code, reason: body.sign_in?.reason } };
  },
  async signIn(life: TenantModel, { index, text }: Command) {
    const user = new EndUser(life.gpt(index), text);
    const { status, body } = await user.calls();
    if (body.outcome !== 'sign_in_required') return { status, body: { outcome: body.outcome, code: body.code } };
    const attempt = await user.signsIn();
    const view = await attempt.view();
    life.note('sign-in', attempt.offer.id);
    life.note('connection', view.connection_id);
    return { status, body: { ended: view.status } };
  },
  disconnect: (life: TenantModel, { index }: Command) =>
    life.tenant.runtime.delete(`/v1/connections/${life.id('connection', index)}`),
  revokeAll: (life: TenantModel, { text }: Command) =>
    life.tenant.runtime.post('/v1/connections/revoke', { user: text }),
  look: (life: TenantModel, { index }: Command) => life.tenant.runtime.get(`/v1/sign-ins/${life.id('sign-in', index)}`),
} satisfies Record<string, (life: TenantModel, command: Command) => Promise<Pick<ApiResponse, 'status' | 'body'>>>;

/** Uses the ids of the other tenant, which must have no effect. */
async function accessOther(
  life: TenantModel,
  other: TenantModel | undefined,
  { index, text }: Command,
): Promise<number[]> {
  const id = (kind: Kind) => other?.id(kind, index) ?? newId(PREFIX[kind]);
  const { admin } = life.tenant;
  const tries = [
    admin.patch(`/v1/gpts/${id('gpt')}`, { name: text }),
    admin.delete(`/v1/gpts/${id('gpt')}/actions/${id('action')}`),
    admin.post(`/v1/keys/${id('key')}/rotate`, {}),
    admin.delete(`/v1/connections/${id('connection')}`),
    admin.post(`/v1/gpts/${id('gpt')}/call`, { operation_id: 'listNotes', user: text }),
    admin.patch(`/v1/tenants/${other?.tenant.id ?? newId('t')}`, { name: text }),
    admin.get(`/v1/sign-ins/${id('sign-in')}`),
  ];
  return (await Promise.all(tries)).map(({ status }) => status);
}

interface Step {
  who: 0 | 1;
  command: Command;
  trespasses: boolean;
}

/** Applies the steps of both tenants in their order. @returns the responses and the final views */
async function run(steps: Step[]): Promise<{ answers: unknown[][]; views: unknown[] }> {
  const taking = new Set(steps.map(({ who }) => who));
  const lives = await Promise.all([0, 1].map((who) => (taking.has(who as 0 | 1) ? TenantModel.create() : undefined)));
  const answers: unknown[][] = [[], []];
  for (const { who, command, trespasses } of steps) {
    const life = lives[who] as TenantModel;
    if (trespasses) {
      answers[who]?.push(await accessOther(life, lives[1 - who], command));
    } else {
      const { status, body } = await COMMANDS[command.does](life, command);
      answers[who]?.push([command.does, status, life.named(body)]);
    }
  }
  await allChained(app);
  return { answers, views: await Promise.all(lives.map((life) => life?.view())) };
}

it('the view of each of two tenants is independent of the commands of the other', async () => {
  const command = fc.record({
    does: fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])),
    index: fc.nat(5),
    text: fc.constantFrom('alice', 'bob', 'Ann', 'ann'),
  });
  const begin: Step[] = ([0, 1] as const).flatMap((who) =>
    (['createGpt', 'addAction', 'createGpt'] as const).map((does, index) => ({
      who,
      command: { does, index: index * 2, text: 'x' },
      trespasses: false,
    })),
  );
  const step = fc.record({
    who: fc.constantFrom(0 as const, 1 as const),
    command,
    trespasses: fc.boolean(),
  });
  const steps = fc.array(step, { minLength: 10, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (random) => {
      const all = [
        ...begin,
        ...random.map((each, index) => ({ ...each, trespasses: each.trespasses && index % 3 === 0 })),
      ];
      const together = await run(all);
      for (const who of [0, 1] as const) {
        const alone = await run(all.filter((each) => each.who === who));
        expect(together.answers[who]).toEqual(alone.answers[who]);
        expect(together.views[who]).toEqual(alone.views[who]);
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 15), endOnFailure: true },
  );
}, 1_800_000);
