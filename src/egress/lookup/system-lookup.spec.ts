import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { A, AAAA, NameServer, type Zone } from '../../../test/support/name-server.js';
import { createScratchFolder } from '../../../test/support/scratch-folder.js';
import { SystemLookup, type SystemLookupOptions } from './system-lookup.js';

let names: NameServer;
let folder: string;
let pending: AbortController[];

beforeAll(async () => {
  names = await NameServer.start();
});
afterAll(() => names.stop());

beforeEach(() => {
  folder = createScratchFolder();
  pending = [];
  names.zones = {};
  names.queries.length = 0;
});
afterEach(() => {
  for (const controller of pending) controller.abort();
  rmSync(folder, { recursive: true });
});

const silent: Zone = () => undefined;
const zone =
  (...records: { type: number; value: string }[]): Zone =>
  (type) =>
    records.filter((record) => record.type === type);
const IPV4 = { type: A, value: '192.0.43.8' };
const IPV6 = { type: AAAA, value: '2606:4700:4700:0:0:0:0:1111' };

interface SystemFiles {
  hosts?: string;
  resolvConf?: string;
}

/** Creates a lookup with the test's name server. */
function systemLookup({ hosts = '', resolvConf = '' }: SystemFiles = {}, options: SystemLookupOptions = {}) {
  const [hostsFile, resolvConfFile] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
  writeFileSync(hostsFile, hosts);
  writeFileSync(resolvConfFile, resolvConf);
  return new SystemLookup({ hostsFile, resolvConf: resolvConfFile, servers: [names.address], ...options });
}

function callerOf(tenantId = 'tenant'): { tenantId: string; signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  pending.push(controller);
  return { tenantId, signal: controller.signal, abort: () => controller.abort(new Error('the caller has left')) };
}

/** Waits for the result in a handled promise. */
async function outcomeOf(lookup: ReturnType<SystemLookup['lookup']>): Promise<string> {
  try {
    return (await lookup).map(({ address }) => address).join(' ');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}

const queriesFor = (name: string) => names.queries.filter((query) => query.startsWith(`${name} `)).length;

describe('SystemLookup', () => {
  it('asks for IPv4 and IPv6 addresses and alternates them', async () => {
    names.zones = { 'api.example': zone(IPV4, { type: A, value: '192.0.43.9' }, IPV6) };
    const found = await systemLookup().lookup('api.example', callerOf());
    expect(found).toEqual([
      { address: '192.0.43.8', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
      { address: '192.0.43.9', family: 4 },
    ]);
  });

  it('answers with one address family if the server never answers about the other', async () => {
    names.zones = { 'api.example': (type) => (type === A ? [IPV4] : undefined) };
    expect(await outcomeOf(systemLookup().lookup('api.example', callerOf()))).toBe('192.0.43.8');
  });

  it('answers names of the hosts file and localhost names without a query', async () => {
    const { lookup } = systemLookup({ hosts: '10.0.0.7 keycloak\n' });
    for (const [name, expected] of [
      ['keycloak', '10.0.0.7'],
      ['localhost', '127.0.0.1 ::1'],
      ['app.localhost', '127.0.0.1 ::1'],
    ] as const) {
      expect([name, await outcomeOf(lookup(name, callerOf()))]).toEqual([name, expected]);
    }
    expect(names.queries).toEqual([]);
  });

  it('prefers the hosts file for localhost', async () => {
    const { lookup } = systemLookup({ hosts: '127.0.0.1 localhost\n' });
    expect(await outcomeOf(lookup('localhost', callerOf()))).toBe('127.0.0.1');
  });

  it('tries the search domains of resolv.conf in order', async () => {
    names.zones = { 'keycloak.b.example': zone(IPV4) };
    const { lookup } = systemLookup({ resolvConf: 'search a.example b.example\n' });
    expect(await outcomeOf(lookup('keycloak', callerOf()))).toBe('192.0.43.8');
    expect([...new Set(names.queries)].map((query) => query.split(' ')[0])).toEqual(
      ['keycloak.a.example', 'keycloak.b.example'].flatMap((name) => [name, name]),
    );
  });

  it('asks for a name with enough dots first as it is', async () => {
    names.zones = { 'api.example': zone(IPV4) };
    const { lookup } = systemLookup({ resolvConf: 'search a.example\noptions ndots:1\n' });
    await lookup('api.example', callerOf());
    expect(queriesFor('api.example.a.example')).toBe(0);
  });

  it('sends one query per family for concurrent lookups of a name', async () => {
    names.zones = { 'api.example': zone(IPV4) };
    const { lookup } = systemLookup();
    const lookups = ['a', 'b', 'a', 'c'].map((tenantId) => outcomeOf(lookup('api.example', callerOf(tenantId))));
    expect(await Promise.all(lookups)).toEqual(Array(4).fill('192.0.43.8'));
    expect(names.queries.toSorted()).toEqual(['api.example 1', 'api.example 28']);
  });

  it('asks again for each lookup that is not concurrent, because an address may change', async () => {
    names.zones = { 'api.example': zone(IPV4) };
    const { lookup } = systemLookup();
    await lookup('api.example', callerOf());
    await lookup('api.example', callerOf());
    expect(queriesFor('api.example')).toBe(4);
  });

  it('rejects with the reason of the signal, and keeps the lookup for the callers that remain', async () => {
    let isSilent = true;
    names.zones = { 'slow.example': (type) => (isSilent ? undefined : zone(IPV4)(type, 0)) };
    const { lookup } = systemLookup();
    const [leaving, staying] = [callerOf(), callerOf()];
    const [left, stayed] = [leaving, staying].map((caller) => outcomeOf(lookup('slow.example', caller)));
    await eventually(
      () => queriesFor('slow.example'),
      (count) => count === 2,
    );
    leaving.abort();
    expect(await left).toBe('the caller has left');
    isSilent = false;
    expect(await stayed).toBe('192.0.43.8');
  });

  it('cancels a lookup when its last caller has left, and starts a new one for the next', async () => {
    names.zones = { 'slow.example': silent, 'api.example': zone(IPV4) };
    const { lookup } = systemLookup({}, { slots: 1 });
    const callers = [callerOf(), callerOf()];
    const left = callers.map((caller) => outcomeOf(lookup('slow.example', caller)));
    const waiting = outcomeOf(lookup('api.example', callerOf('other')));
    for (const caller of callers) caller.abort();
    expect(await Promise.all(left)).toEqual(Array(2).fill('the caller has left'));
    // The only slot is free again.
    expect(await waiting).toBe('192.0.43.8');
    names.zones['slow.example'] = zone(IPV4);
    expect(await outcomeOf(lookup('slow.example', callerOf()))).toBe('192.0.43.8');
  });

  it('answers a tenant while another has lookups that never end, and ends its wait for a slot with the signal', async () => {
    names.zones = { 'api.example': zone(IPV4) };
    for (let index = 0; index < 20; index++) names.zones[`slow${index}.example`] = silent;
    const { lookup } = systemLookup({}, { slots: 8 });
    const started: Promise<string>[] = [];
    for (let index = 0; index < 20; index++) {
      started.push(outcomeOf(lookup(`slow${index}.example`, callerOf('greedy'))));
    }
    const late = callerOf('greedy');
    // Waits for one of the greedy tenant's slots, which must not delay other tenants.
    const waiting = outcomeOf(lookup('api.example', late));
    expect(await outcomeOf(lookup('api.example', callerOf('other')))).toBe('192.0.43.8');
    late.abort();
    expect(await waiting).toBe('the caller has left');
    expect(new Set(names.queries.filter((query) => query.startsWith('slow'))).size).toBe(2 * 6);
    for (const controller of pending) controller.abort();
    await Promise.all(started);
  });

  it('remembers for five seconds that a name has no address', async () => {
    let now = 1_000;
    const { lookup } = systemLookup({}, { now: () => now });
    expect(await outcomeOf(lookup('new.example', callerOf()))).toBe('ENOTFOUND');
    names.zones = { 'new.example': zone(IPV4) };
    now += 4_999;
    expect(await outcomeOf(lookup('new.example', callerOf()))).toBe('ENOTFOUND');
    expect(queriesFor('new.example')).toBe(2);
    now += 2;
    expect(await outcomeOf(lookup('new.example', callerOf()))).toBe('192.0.43.8');
  });

  it('does not remember a lookup that was cancelled', async () => {
    names.zones = { 'slow.example': silent };
    const { lookup } = systemLookup();
    const caller = callerOf();
    const left = outcomeOf(lookup('slow.example', caller));
    await eventually(
      () => queriesFor('slow.example'),
      (count) => count === 2,
    );
    caller.abort();
    await left;
    names.zones = { 'slow.example': zone(IPV4) };
    expect(await outcomeOf(lookup('slow.example', callerOf()))).toBe('192.0.43.8');
  });
});
