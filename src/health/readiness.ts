import { Logger } from '../common/index.js';

export type PartStatus = 'up' | 'down';

/** Checks a dependency of the process; throws if it does not respond. */
export type Probe = () => Promise<unknown>;

const PROBE_TIMEOUT_MS = 3000;

/** Probes all dependencies of the process concurrently. */
export class Readiness {
  constructor(
    private readonly probes: Record<string, Probe>,
    private readonly logger: Logger,
  ) {}

  async check(): Promise<Record<string, PartStatus>> {
    const names = Object.keys(this.probes);
    const statuses = await Promise.all(names.map((name) => this.status(name)));
    return Object.fromEntries(names.map((name, index) => [name, statuses[index] ?? 'down']));
  }

  private async status(name: string): Promise<PartStatus> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no response within ${PROBE_TIMEOUT_MS} ms`)), PROBE_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.probes[name]?.(), timeout]);
      return 'up';
    } catch (err) {
      this.logger.warn({ err, part: name }, 'readiness probe failed');
      return 'down';
    } finally {
      clearTimeout(timer);
    }
  }
}
