import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ProcessOptions {
  /** File that the output is appended to. */
  log: string;
  environment?: Record<string, string>;
  folder?: string;
}

const running = new Set<ManagedProcess>();

// Servers must not outlive a run that ends early.
process.once('exit', () => {
  for (const each of running) each.signal('SIGKILL');
});

/** A process that the cluster has started. Only such processes are signalled, by their ids. */
export class ManagedProcess {
  readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
    running.add(this);
    void this.exited.then(() => running.delete(this));
  }

  static start(program: string, args: string[], { log, environment = {}, folder }: ProcessOptions): ManagedProcess {
    const output = openSync(log, 'a');
    // Servers of Debian are in /usr/sbin, which may not be on the PATH.
    const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`, ...environment };
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', output, output] });
    closeSync(output);
    return new ManagedProcess(child, log);
  }

  get isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    if (this.isRunning) this.child.kill(name);
  }

  /** Ends the process: politely, and by force after a while. */
  async stop(withinMs = 15_000): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), withinMs);
    if (this.child.pid !== undefined) await this.exited;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** Returns the end of the output. */
  tail(characters = 2000): string {
    return readFileSync(this.log, 'utf8').slice(-characters);
  }
}
