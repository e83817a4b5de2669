import { Database } from '../../src/database/index.js';
import { RevocationItem } from '../../src/connections/revocation/store/revocation-item.entity.js';
import { RevocationWorker } from '../../src/connections/revocation/revocation-worker.js';
import { Revocation } from '../../src/connections/revocation/store/revocation.entity.js';
import type { TestApp } from './app.js';
import type { ApiResponse } from './client.js';
import { eventually } from './eventually.js';
import type { TestTenant } from './tenant.js';

/**
 * Deletes the revocations of previous tests, because the worker processes all that are due. Then waits for revocations in flight, which
 * would otherwise reach the provider during the test.
 */
export async function deleteRevocations(app: TestApp): Promise<void> {
  await app.get(Database).write((manager) => manager.createQueryBuilder().delete().from(Revocation).execute());
  await sendDueRevocations(app);
}

/** Sends all due revocations to their providers. */
export function sendDueRevocations(app: TestApp): Promise<void> {
  return app.get(RevocationWorker).run();
}

/** Returns all pending and finished revocation items. */
export function revocationItems(app: TestApp): Promise<RevocationItem[]> {
  return app.get(Database).read((manager) => manager.find(RevocationItem));
}

/** Returns the progress of a revocation. */
export async function progressOf(tenant: TestTenant, revocationId: string): Promise<ApiResponse['body']> {
  return (await tenant.runtime.get(`/v1/connections/revocations/${revocationId}`)).body;
}

/** Waits until a revocation is done at all providers. */
export function waitUntilDone(tenant: TestTenant, revocationId: string): Promise<ApiResponse['body']> {
  return eventually(
    () => progressOf(tenant, revocationId),
    ({ status }) => status === 'done',
    30_000,
  );
}

/** Returns a promise and the function that resolves it. */
export function createGate(): { released: Promise<void>; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  return { released, release };
}
