import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager, FindManyOptions, FindOperator } from 'typeorm';
import { Cluster } from '../cluster/index.js';
import { Clock, createLogger, type RecurringJobs, type TenantCaller } from '../common/index.js';
import type { Database } from '../database/index.js';
import { SignInWatch } from './sign-in-watch.js';
import type { ViewedSignIn } from './sign-ins.dto.js';

const CALLER = { role: 'runtime', keyId: 'key-1', tenantId: 't-1', requestId: '', address: '' } as const;
const never = new AbortController().signal;

/** A clock that stands still until it is set forward. */
class StoppedClock extends Clock {
  time = new Date('2026-01-01');

  override now(): Date {
    return this.time;
  }

  passSeconds(seconds: number): void {
    this.time = this.in(seconds * 1000);
  }
}

let clock: StoppedClock;
let cluster: Cluster;
let watch: SignInWatch;
let rows: Map<string, ViewedSignIn>;
/** The ids of each statement. */
let reads: string[][];
/** Runs the job as its timer does. */
let pass: () => Promise<unknown>;

beforeEach(() => {
  clock = new StoppedClock();
  cluster = new Cluster(createLogger('silent'));
  rows = new Map();
  reads = [];
  const find = (_: unknown, { where }: FindManyOptions<ViewedSignIn>): Promise<ViewedSignIn[]> => {
    const ids = (where as unknown as { id: FindOperator<string[]> }).id.value as unknown as string[];
    reads.push(ids);
    return Promise.resolve([...rows.values()].filter(({ id }) => ids.includes(id)).map((row) => ({ ...row })));
  };
  const database = { read: <T>(work: (manager: EntityManager) => Promise<T>) => work({ find } as never) };
  const jobs = {
    add: (_: string, __: number, work: () => Promise<unknown>) => {
      pass = work;
      return { wake: () => void work() };
    },
  };
  watch = new SignInWatch(database as unknown as Database, clock, cluster, jobs as unknown as RecurringJobs);
});

function openSignIn(id: string): ViewedSignIn {
  const row: ViewedSignIn = {
    id,
    status: 'pending',
    errorCode: null,
    errorMessage: null,
    connectionId: null,
    user: 'alice',
    gptId: 'g-1',
    actionId: 'act-1',
    createdAt: clock.now(),
    expiresAt: clock.in(600_000),
  };
  rows.set(id, row);
  return { ...row };
}

function end(id: string): void {
  const row = rows.get(id);
  if (row) row.status = 'connected';
}

/** Starts waiting. Returns the status when the wait has ended. */
function waits(id: string, caller: TenantCaller = CALLER, signal = never) {
  const wait = { status: 'waiting' as string | undefined, ended: Promise.resolve() };
  const signIn = rows.get(id) ?? openSignIn(id);
  wait.ended = watch.waitForEnd({ ...signIn }, caller, [signal]).then((latest) => void (wait.status = latest?.status));
  return wait;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('requests that wait for sign-ins', () => {
  it('share one statement a second, which reads each sign-in once', async () => {
    const waiting = ['si-1', 'si-1', 'si-2', 'si-1', 'si-3'].map((id) => waits(id));
    clock.passSeconds(1);
    await pass();
    expect(reads).toEqual([['si-1', 'si-2', 'si-3']]);
    end('si-1');
    clock.passSeconds(1);
    await pass();
    await settle();
    expect(waiting.map(({ status }) => status)).toEqual(['connected', 'connected', 'waiting', 'connected', 'waiting']);
    clock.passSeconds(1);
    await pass();
    expect(reads[2]).toEqual(['si-2', 'si-3']);
  });

  it('read nothing if nobody waits', async () => {
    await pass();
    cluster.publish('sign-in', 'si-1');
    await settle();
    expect(reads).toEqual([]);
  });

  it('are answered early when the cluster reports the end, which reads that sign-in only', async () => {
    const [first, second] = [waits('si-1'), waits('si-2')];
    clock.passSeconds(1);
    await pass();
    end('si-1');
    cluster.publish('sign-in', 'si-1');
    await first.ended;
    expect([first.status, second.status, reads]).toEqual(['connected', 'waiting', [['si-1', 'si-2'], ['si-1']]]);
  });

  it('are answered within a second without a report, however many others are reported', async () => {
    const [first, other] = [waits('si-1'), waits('si-2')];
    end('si-1');
    clock.passSeconds(1);
    cluster.publish('sign-in', 'si-2');
    await first.ended;
    expect([first.status, other.status]).toEqual(['connected', 'waiting']);
  });

  it('are answered when the sign-in expires or is deleted', async () => {
    const [expiring, deleted] = [waits('si-1'), waits('si-2')];
    rows.delete('si-2');
    clock.passSeconds(601);
    await pass();
    await Promise.all([expiring.ended, deleted.ended]);
    expect([expiring.status, deleted.status]).toEqual(['pending', undefined]);
  });

  it('end when the client disconnects, and when the process stops', async () => {
    const client = new AbortController();
    const [gone, other] = [waits('si-1', CALLER, client.signal), waits('si-1')];
    client.abort();
    await gone.ended;
    expect([gone.status, other.status, watch.size]).toEqual(['pending', 'waiting', 1]);
    watch.beforeApplicationShutdown();
    await other.ended;
    expect([other.status, watch.size]).toEqual(['pending', 0]);
    const late = waits('si-1');
    await late.ended;
    expect(late.status).toBe('pending');
  });

  it('are at most 200 of a key; others are answered at once, until one ends', async () => {
    const client = new AbortController();
    const last = waits('si-1', CALLER, client.signal);
    for (let index = 1; index < 200; index++) waits('si-1');
    const refused = waits('si-2');
    await refused.ended;
    expect([refused.status, last.status, waits('si-2', { ...CALLER, keyId: 'key-2' }).status]).toEqual([
      'pending',
      'waiting',
      'waiting',
    ]);
    client.abort();
    await last.ended;
    const next = waits('si-2');
    await settle();
    expect(next.status).toBe('waiting');
  });

  it('are at most 1,000 of a tenant', async () => {
    for (let index = 0; index < 1000; index++) waits('si-1', { ...CALLER, keyId: `key-${index % 10}` });
    const [refused, foreign] = [
      waits('si-2', { ...CALLER, keyId: 'key-other' }),
      waits('si-3', { ...CALLER, keyId: 'key-foreign', tenantId: 't-2' }),
    ];
    await settle();
    expect([refused.status, foreign.status]).toEqual(['pending', 'waiting']);
  });

  it('are answered if the end is reported while a read is running', async () => {
    const wait = waits('si-1');
    clock.passSeconds(1);
    const running = pass();
    end('si-1');
    cluster.publish('sign-in', 'si-1');
    await running;
    await wait.ended;
    expect(wait.status).toBe('connected');
  });
});
