import { Database } from '../../src/database/index.js';
import { RevocationItem } from '../../src/connections/revocation/store/revocation-item.entity.js';
import { RevocationWorker } from '../../src/connections/revocation/revocation-worker.js';
import { Revocation } from '../../src/connections/revocation/store/revocation.entity.js';
import type { TestApp } from './app.js';
import type { Answer } from './client.js';
import { eventually } from './eventually.js';
import type { TestTenant } from './tenant.js';

/**
 * What is due is that of the whole deployment: each test begins without the revocations of the last. What the last was still telling its
 * provider is waited for, or this one's would be told it.
 */
export async function forgetRevocations(app: TestApp): Promise<void> {
  await app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Revocation).execute());
  await tellDue(app);
}

/** Tells providers of all that is due now. */
export function tellDue(app: TestApp): Promise<void> {
  return app.get(RevocationWorker).run();
}

/** What providers have been told, or are to be told. */
export function revocationItems(app: TestApp): Promise<RevocationItem[]> {
  return app.get(Database).read((manager) => manager.find(RevocationItem));
}

/** How far the providers have been told of a command. */
export async function progressOf(tenant: TestTenant, revocationId: string): Promise<Answer['body']> {
  return (await tenant.runtime.get(`/v1/connections/revocations/${revocationId}`)).body;
}

/** Waits until no provider is left to be told. */
export function done(tenant: TestTenant, revocationId: string): Promise<Answer['body']> {
  return eventually(
    () => progressOf(tenant, revocationId),
    ({ status }) => status === 'done',
    30_000,
  );
}

/** Something to wait for, until it is let go. */
export function heldBack(): { until: Promise<void>; letGo: () => void } {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  return { until, letGo };
}
