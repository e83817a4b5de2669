import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { ManagedProcess } from './managed-process.js';
import { REPOSITORY } from './repository.js';

const START_MS = 120_000;

export interface ReplicaOptions {
  name: string;
  port: number;
  folder: string;
  environment: Record<string, string>;
  /** A module to load first. */
  preload?: string;
}

/** A time in which requests to a replica could not be answered. */
interface Outage {
  from: number;
  to: number;
}

/** One process of the built server. */
export class Replica {
  readonly url: string;
  /** When the replica was killed or paused, by `Date.now()`. */
  readonly outages: Outage[] = [];
  private process?: ManagedProcess;
  /** When the process was ended and started again in an orderly way. */
  readonly restarts: Outage[] = [];
  private isExpectedToRun = false;

  constructor(private readonly options: ReplicaOptions) {
    this.url = `http://127.0.0.1:${options.port}`;
  }

  get name(): string {
    return this.options.name;
  }

  get port(): number {
    return this.options.port;
  }

  /** Whether the process has ended although it should be running. */
  get hasCrashed(): boolean {
    return this.isExpectedToRun && !this.process?.isRunning;
  }

  get isServing(): boolean {
    return this.isExpectedToRun && ![...this.outages, ...this.restarts].some(({ to }) => to > Date.now());
  }

  /** @param build the folder of the build */
  launch(more: Record<string, string> = {}, build = join(REPOSITORY, 'dist')): void {
    const { name, port, folder, environment, preload } = this.options;
    const flags = ['--max-old-space-size=320', ...(preload ? [`--import=${preload}`] : [])];
    this.process = ManagedProcess.start(process.execPath, [...flags, join(build, 'src/main.js')], {
      log: join(folder, `${name}.log`),
      environment: { ...environment, PORT: String(port), ...more },
      folder,
    });
    this.isExpectedToRun = true;
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5000) })).status === 200;
  }

  /** @throws {Error} if the process ends instead, or is not ready in time */
  async waitUntilReady(withinMs = START_MS): Promise<void> {
    const state = async () => (this.hasCrashed ? 'ended' : this.isReady().catch(() => false));
    const last = await eventually(state, Boolean, withinMs);
    if (last === 'ended') throw new Error(`${this.name} ended: ${this.process?.tail()}`);
    for (const outage of [...this.outages, ...this.restarts]) if (outage.to === Infinity) outage.to = Date.now();
  }

  async kill(): Promise<void> {
    this.isExpectedToRun = false;
    this.outages.push({ from: Date.now(), to: Infinity });
    await this.process?.kill();
  }

  pause(): void {
    this.outages.push({ from: Date.now(), to: Infinity });
    this.process?.signal('SIGSTOP');
  }

  resume(): void {
    (this.outages.at(-1) as Outage).to = Date.now();
    this.process?.signal('SIGCONT');
  }

  signal(name: NodeJS.Signals): void {
    this.process?.signal(name);
  }

  /** Ends the process as a supervisor does. @param record where the time until the next start is kept */
  async stop(record = this.restarts): Promise<void> {
    this.isExpectedToRun = false;
    record.push({ from: Date.now(), to: Infinity });
    await this.process?.stop(60_000);
  }
}
