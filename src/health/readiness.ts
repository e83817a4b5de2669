import { Logger } from '../common/index.js';

export type PartStatus = 'up' | 'down';

/** Something the process needs: throws where it does not answer. */
export type Probe = () => Promise<unknown>;

/** Longer than this is down. */
const PATIENCE_MS = 3000;

/** Asks every part that the process needs, all at once. */
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
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      await Promise.race([this.probes[name]?.(), patience]);
      return 'up';
    } catch (err) {
      this.logger.warn({ err, part: name }, 'a part does not answer');
      return 'down';
    } finally {
      clearTimeout(timer);
    }
  }
}
