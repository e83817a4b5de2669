import { AuditEvents } from '../../src/audit/index.js';
import type { TestApp } from './app.js';
import { eventually } from './eventually.js';

/** Waits until every recorded audit event has its position in its chain. */
export async function allChained(app: TestApp): Promise<void> {
  const events = app.get(AuditEvents);
  const unchained = async () => {
    const counts = await Promise.all((await events.chains()).map((chain) => events.countUnchained(chain)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  await eventually(unchained, (count) => count === 0);
}
