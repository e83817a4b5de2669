import { setTimeout as wait } from 'node:timers/promises';
import { Browser, type Page } from '../../../examples/notes-provider/browser.js';
import { Client, type ApiResponse } from '../../support/client.js';
import { fullName, type LoadTenant, type LoadUser } from './population.js';
import type { Recorder } from './recorder.js';
import type { ProviderLedger } from './ledger.js';
import type { Replica } from './replica.js';

export interface LoadTarget {
  url: string;
  tenants: readonly LoadTenant[];
  replicas: readonly Replica[];
  ledger: ProviderLedger;
  recorder: Recorder;
}

/** Something that a response confirmed and that must be there at the end. */
export interface Acknowledged {
  what: string;
  key: string;
  path: string;
  /** 200, or 401 and 404 for what was deleted */
  status: number;
}

/** Something that was unknown or known, contrary to an earlier response. */
export interface Contradiction {
  what: string;
  at: number;
}

/** Workers of each kind, and the pause between two of their requests in milliseconds. */
const WORKERS = {
  calls: { count: 4, pauseMs: 60 },
  signIns: { count: 3, pauseMs: 50 },
  revocations: { count: 1, pauseMs: 1500 },
  keys: { count: 1, pauseMs: 400 },
  gpts: { count: 1, pauseMs: 400 },
  intrusions: { count: 1, pauseMs: 1000 },
};

/** When something was unknown: how long to wait before it counts as missing rather than late. */
const SETTLE_MS = 2000;

/** Users who sign in, call and disconnect, and administrators who create keys and GPTs, all at once. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Resources that were created through one replica and not found through another, or found only later. */
  readonly stale: Contradiction[] = [];
  readonly crossTenantReads: Contradiction[] = [];
  /** Connected users who had to sign in although no one disconnected them. */
  readonly lostConnections: { user: LoadUser; at: number; reason: string }[] = [];
  completedCalls = 0;
  private isRunning = true;
  private readonly workers: Promise<void>[] = [];

  constructor(private readonly target: LoadTarget) {}

  start(): void {
    const work: Record<keyof typeof WORKERS, () => Promise<void>> = {
      calls: () => this.callSomeone(),
      signIns: () => this.signSomeoneIn(),
      revocations: () => this.disconnectSomeone(),
      keys: () => this.createKey(),
      gpts: () => this.createGpt(),
      intrusions: () => this.intrude(),
    };
    for (const [kind, { count, pauseMs }] of Object.entries(WORKERS)) {
      for (let index = 0; index < count; index++) {
        this.workers.push(this.repeat(work[kind as keyof typeof WORKERS], pauseMs));
      }
    }
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.workers);
  }

  /** Calls an operation for a user and updates what is known about the connection. @returns whether the call succeeded */
  async call(user: LoadUser, url = this.target.url): Promise<boolean> {
    const expected = user.state;
    user.callsInFlight++;
    try {
      const response = await this.sendCall(user, url);
      if (response?.body?.outcome === 'completed') {
        // The API rejected the token, and another one was not to be had.
        if (response.body.response.status === 401) return false;
        this.checkOwner(user, response);
        if (!user.isBusy && user.state === 'unknown') user.state = 'connected';
        return true;
      }
      if (response?.body?.outcome === 'sign_in_required' && expected === user.state)
        await this.explainSignIn(user, response);
      return false;
    } finally {
      user.callsInFlight--;
    }
  }

  private async repeat(work: () => Promise<void>, pauseMs: number): Promise<void> {
    while (this.isRunning) {
      await work();
      await wait(pauseMs * (0.5 + Math.random()));
    }
  }

  private sendCall(user: LoadUser, url: string): Promise<ApiResponse | undefined> {
    const { gptId, runtimeKey } = user.tenant;
    const body = { operation_id: 'listNotes', user: user.name };
    return this.target.recorder.send('call', new Client(url, runtimeKey), 'POST', `/v1/gpts/${gptId}/call`, body);
  }

  private checkOwner(user: LoadUser, response: ApiResponse): void {
    this.completedCalls++;
    const owner = response.body.response?.body?.owner as string | undefined;
    if (owner === fullName(user)) return;
    this.crossTenantReads.push({ what: `${fullName(user)} got the notes of ${owner}`, at: Date.now() });
  }

  /** Tells a connection that is gone from one that a replica did not know yet. */
  private async explainSignIn(user: LoadUser, response: ApiResponse): Promise<void> {
    if (user.state === 'unknown') {
      if (!user.isBusy) user.state = 'absent';
      return;
    }
    if (user.isBusy || user.state === 'absent') return;
    user.isBusy = true;
    const at = Date.now();
    const reason = String(response.body.sign_in?.reason);
    await wait(SETTLE_MS);
    const again = await this.sendCall(user, this.target.url);
    if (again?.body?.outcome === 'completed') {
      this.stale.push({ what: `the connection of ${fullName(user)} was unknown (${reason})`, at });
    } else if (again?.body?.outcome === 'sign_in_required') {
      this.lostConnections.push({ user, at, reason });
      user.state = 'absent';
    }
    user.isBusy = false;
  }

  private async callSomeone(): Promise<void> {
    const user = pick(this.users().filter(({ state, isBusy }) => state !== 'absent' && !isBusy));
    if (user) await this.call(user);
  }

  private async signSomeoneIn(): Promise<void> {
    const user = pick(
      this.users().filter(({ state, isBusy, callsInFlight }) => state === 'absent' && !isBusy && !callsInFlight),
    );
    if (!user) return;
    user.isBusy = true;
    const offer = await this.sendCall(user, this.target.url);
    if (offer?.body?.outcome === 'completed') user.state = 'connected';
    if (offer?.body?.outcome === 'sign_in_required')
      await this.signIn(user, offer.body.sign_in as { id: string; url: string });
    user.isBusy = false;
  }

  private async signIn(user: LoadUser, { id, url: link }: { id: string; url: string }): Promise<void> {
    const { ledger, url } = this.target;
    const browser = new Browser();
    const step = async (kind: string, request: () => Promise<Page>): Promise<Page | undefined> => {
      const page = await this.target.recorder.measure(kind, url, request);
      if (page && page.status >= 400 && page.status < 500) {
        this.stale.push({ what: `${kind} of ${fullName(user)}: ${page.status}`, at: Date.now() });
      }
      return page && page.status < 400 ? page : undefined;
    };
    if (!(await step('sign-in link', () => browser.get(link)))) return;
    if (!(await step('sign-in form', () => browser.submit({}, { follow: false })))) return;
    await browser.followRedirect({ follow: false });
    const callback = browser.redirect ?? '';
    ledger.recordSignIn(new URL(callback).searchParams.get('code') ?? '', fullName(user));
    user.state = 'unknown';
    const last = await step('callback', () => browser.get(callback));
    if (last) user.state = await this.resultOf(id, user);
  }

  /** Asks for the result of a sign-in. The page says that it failed if its result could not be stored while the browser waited. */
  private async resultOf(id: string, { tenant }: LoadUser): Promise<LoadUser['state']> {
    const { recorder, url } = this.target;
    const response = await recorder.send('sign-in', new Client(url, tenant.runtimeKey), 'GET', `/v1/sign-ins/${id}`);
    const status = response?.body?.status as string | undefined;
    if (status === 'connected') return 'connected';
    return status === 'failed' || status === 'denied' ? 'absent' : 'unknown';
  }

  private async disconnectSomeone(): Promise<void> {
    const isFree = ({ state, isBusy, callsInFlight }: LoadUser) =>
      state === 'connected' && !isBusy && callsInFlight === 0;
    const user = pick(this.users().filter(isFree));
    if (!user) return;
    user.isBusy = true;
    await this.disconnect(user);
    user.isBusy = false;
  }

  private async disconnect(user: LoadUser): Promise<void> {
    const { recorder, url } = this.target;
    const client = new Client(url, user.tenant.runtimeKey);
    const listed = await recorder.send(
      'connections',
      client,
      'GET',
      `/v1/connections?gpt_id=${user.tenant.gptId}&user=${user.name}&status=active`,
    );
    const [connection] = (listed?.body?.data ?? []) as { id: string }[];
    if (!connection) return;
    user.state = 'unknown';
    const response = await recorder.send('disconnect', client, 'DELETE', `/v1/connections/${connection.id}`);
    if (response && response.status < 300) user.state = 'absent';
  }

  /** Creates a key through one replica, uses it through another and revokes every second one through a third. */
  private async createKey(): Promise<void> {
    const [first, second, third] = this.servingReplicas();
    if (!first || !second || !third) return;
    const { adminKey } = pick(this.target.tenants) as LoadTenant;
    const { recorder } = this.target;
    const created = await recorder.send('key', new Client(first.url, adminKey), 'POST', '/v1/keys', {
      role: 'runtime',
      name: 'load',
    });
    if (created?.status !== 201) return;
    const { key, id } = created.body as { key: string; id: string };
    await this.expectKnown(`the key ${id}`, new Client(second.url, key), '/v1/connections?limit=1');
    const path = '/v1/connections?limit=1';
    if (Math.random() < 0.5) {
      this.acknowledged.push({ what: `key ${id}`, key, path, status: 200 });
      return;
    }
    const revoked = await recorder.send('key', new Client(third.url, adminKey), 'DELETE', `/v1/keys/${id}`);
    if (revoked && revoked.status < 300) {
      this.acknowledged.push({ what: `revocation of the key ${id}`, key, path, status: 401 });
    }
  }

  private async createGpt(): Promise<void> {
    const [first, second] = this.servingReplicas();
    if (!first || !second) return;
    const { adminKey: key } = pick(this.target.tenants) as LoadTenant;
    const created = await this.target.recorder.send('gpt', new Client(first.url, key), 'POST', '/v1/gpts', {
      name: 'x',
    });
    if (created?.status !== 201) return;
    const path = `/v1/gpts/${created.body.id}`;
    await this.expectKnown(path, new Client(second.url, key), path);
    this.acknowledged.push({ what: path, key, path, status: 200 });
  }

  private async expectKnown(what: string, client: Client, path: string): Promise<void> {
    const response = await this.target.recorder.send('read after write', client, 'GET', path);
    if (response && (response.status === 401 || response.status === 404)) {
      this.stale.push({ what: `${what}: ${response.status}`, at: Date.now() });
    }
  }

  /** Asks for a GPT of another tenant. */
  private async intrude(): Promise<void> {
    const [own, other] = shuffled(this.target.tenants);
    if (!own || !other) return;
    const client = new Client(this.target.url, own.adminKey);
    const response = await this.target.recorder.send('intrusion', client, 'GET', `/v1/gpts/${other.gptId}`);
    if (response && response.status < 300) {
      this.crossTenantReads.push({ what: `${own.id} read ${other.gptId} of ${other.id}`, at: Date.now() });
    }
  }

  private users(): LoadUser[] {
    return this.target.tenants.flatMap(({ users }) => users);
  }

  /** Returns three replicas that serve, in random order; the same one several times if there are fewer. */
  private servingReplicas(): Replica[] {
    const serving = shuffled(this.target.replicas.filter(({ isServing }) => isServing));
    return serving.length === 0 ? [] : [0, 1, 2].map((index) => serving[index % serving.length] as Replica);
  }
}

function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
