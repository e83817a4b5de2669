import { Database } from '../../src/database/index.js';
import { RevocationItem } from '../../src/connections/revocation/revocation-item.entity.js';
import { RevocationWorker } from '../../src/connections/revocation/revocation-worker.js';
import { Revocation } from '../../src/connections/revocation/revocation.entity.js';
import type { TestApp } from './app.js';
import type { Answer } from './client.js';
import { eventually } from './eventually.js';
import type { TestTenant } from './tenant.js';

/**
 * Deletes the revocations of previous tests, because the worker processes all that are due. Then waits for revocations in flight, which
 * would otherwise reach the provider during the test.
 */
export async function forgetRevocations(app: TestApp): Promise<void> {
  await app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Revocation).execute());
  await tellDue(app);
}

/** Sends all due revocations to their providers. */
export function tellDue(app: TestApp): Promise<void> {
  return app.get(RevocationWorker).run();
}

/** Returns all pending and finished revocation items. */
export function revocationItems(app: TestApp): Promise<RevocationItem[]> {
  return app.get(Database).read((manager) => manager.find(RevocationItem));
}

/** Returns the progress of a revocation. */
export async function progressOf(tenant: TestTenant, revocationId: string): Promise<Answer['body']> {
  return (await tenant.runtime.get(`/v1/connections/revocations/${revocationId}`)).body;
}

/** Waits until a revocation is done at all providers. */
export function done(tenant: TestTenant, revocationId: string): Promise<Answer['body']> {
  return eventually(
    () => progressOf(tenant, revocationId),
    ({ status }) => status === 'done',
    30_000,
  );
}

/** Returns a promise and the function that resolves it. */
export function heldBack(): { until: Promise<void>; letGo: () => void } {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  return { until, letGo };
}
