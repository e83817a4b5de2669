import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  /** Path of a built script */
  script: URL;
  environment?: Record<string, string>;
  folder: string;
  /** Output file: as in production, the output goes to a file and not to a terminal */
  log: string;
}

/** A child process, whose CPU time can be measured separately. */
export class Child {
  private constructor(private readonly process: ChildProcess) {}

  static start({ script, environment = {}, folder, log }: ChildOptions): Child {
    const output = openSync(log, 'a');
    // `BENCH_NODE_OPTIONS=--cpu-prof` profiles every child; the profiles are written to the working directory.
    const flags = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean);
    const child = spawn(process.execPath, [...flags, fileURLToPath(script)], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', output, output, 'ipc'],
    });
    return new Child(child);
  }

  get hasExited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Peak memory in MiB; only available on Linux. */
  get peakMemory(): number {
    const file = `/proc/${this.process.pid}/status`;
    const kibibytes = existsSync(file) ? /^VmHWM:\s+(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
    return Number(kibibytes ?? Number.NaN) / 1024;
  }

  /** Waits for the next message of the child. */
  async message<T>(): Promise<T> {
    const [message] = (await once(this.process, 'message')) as [T];
    return message;
  }

  async ask<T>(question: string): Promise<T> {
    const answer = this.message<T>();
    this.process.send(question);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.hasExited) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const patience = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(patience);
  }
}
