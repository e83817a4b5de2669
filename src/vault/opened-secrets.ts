import { TenantCache, type Cluster } from '../cluster/index.js';
import type { RecurringJobs } from '../common/index.js';
import type { SealContext } from './envelope.js';

/** How long a secret stays in memory in plaintext. It is removed at most `PURGE_INTERVAL_MS` later. */
const MAX_AGE_MS = 4000;
const PURGE_INTERVAL_MS = 1000;

const MAX_SECRETS = 20_000;

/** The size of all secrets. One tenant may use half of it. */
const MAX_BYTES = 16 * 1024 * 1024;

/** An object of secrets, and the place that it was sealed for. */
interface Opened {
  context: SealContext;
  secrets: object;
  size: number;
}

/** The secrets that calls have used within the last seconds, so that a secret is not decrypted for each call. */
export class OpenedSecrets {
  private readonly opened = new TenantCache<Opened>({
    max: MAX_SECRETS,
    ttl: MAX_AGE_MS,
    maxSize: MAX_BYTES,
    sizeOf: ({ size }) => size,
  });

  constructor(cluster: Cluster, jobs: RecurringJobs) {
    for (const topic of ['tenant', 'data-key'] as const) {
      cluster.on(topic, (tenantId) => {
        this.opened.abandonLoads(() => true);
        this.opened.removeTenant(tenantId);
      });
    }
    cluster.onMissed(() => this.opened.clear());
    jobs.add('removal of opened secrets', PURGE_INTERVAL_MS, () => Promise.resolve(this.opened.removeExpired()));
  }

  /**
   * Returns the secrets of a sealed text.
   *
   * @param open unseals them; it also fails if the text was sealed for another place
   */
  get<T extends object>(context: SealContext, sealed: string, open: () => Promise<T>): Promise<T> | T {
    const known = this.opened.peek(sealed);
    if (known) return isSame(known.context, context) ? (known.secrets as T) : open();
    return this.add(context, sealed, open);
  }

  private async add<T extends object>(context: SealContext, sealed: string, open: () => Promise<T>): Promise<T> {
    const size = 2 * sealed.length;
    const load = async (): Promise<Opened> => ({ context, secrets: await open(), size });
    const opened = await this.opened.get(context.tenantId, sealed, load);
    return opened && isSame(opened.context, context) ? (opened.secrets as T) : open();
  }
}

function isSame(one: SealContext, other: SealContext): boolean {
  return (
    one.tenantId === other.tenantId &&
    one.rowId === other.rowId &&
    one.table === other.table &&
    one.column === other.column
  );
}
