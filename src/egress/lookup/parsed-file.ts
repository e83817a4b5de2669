import { readFileSync, statSync } from 'node:fs';

/** A small configuration file of the system that is parsed again when it has changed. A file that cannot be read counts as empty. */
export class ParsedFile<T> {
  #version = '';
  #value: T;

  constructor(
    private readonly path: string,
    private readonly parse: (text: string) => T,
  ) {
    this.#value = parse('');
  }

  /** Reads synchronously: asynchronous reads use the thread pool, which may be busy. */
  read(): T {
    const version = this.#currentVersion();
    if (version !== this.#version) this.#value = this.parse(this.#readText());
    this.#version = version;
    return this.#value;
  }

  #currentVersion(): string {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
  }

  #readText(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch {
      return '';
    }
  }
}
