import { beforeDeadline, Logger } from '../common/index.js';

/** `degraded`: it does not respond, and the process works without it. */
export type PartStatus = 'up' | 'degraded' | 'down';

/** Checks a dependency of the process; throws if it does not respond. */
export type Probe = () => Promise<unknown>;

const PROBE_TIMEOUT_MS = 3000;

/** Probes all dependencies of the process concurrently. */
export class Readiness {
  constructor(
    private readonly probes: Record<string, Probe>,
    private readonly logger: Logger,
    /** Dependencies that the process can work without. */
    private readonly optional: Record<string, Probe> = {},
  ) {}

  async check(): Promise<Record<string, PartStatus>> {
    const required = Object.entries(this.probes).map(([name, probe]) => this.status(name, probe, 'down'));
    const optional = Object.entries(this.optional).map(([name, probe]) => this.status(name, probe, 'degraded'));
    return Object.fromEntries(await Promise.all([...required, ...optional]));
  }

  private async status(name: string, probe: Probe, failed: PartStatus): Promise<[string, PartStatus]> {
    const tooLate = () => new Error(`no response within ${PROBE_TIMEOUT_MS} ms`);
    try {
      await beforeDeadline(probe(), Date.now() + PROBE_TIMEOUT_MS, tooLate);
      return [name, 'up'];
    } catch (err) {
      this.logger.warn({ err, part: name }, 'readiness probe failed');
      return [name, failed];
    }
  }
}
