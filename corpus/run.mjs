import { on } from 'node:events';
import { Worker } from 'node:worker_threads';

const WORKERS = 2;
/** The CPU time limit of an import; the fastest of a few tries counts. The largest document has 32 MiB and 11,422 operations. */
const IMPORT_MS = 3000;
const TRIES = 3;
/** A worker that posts no message for so long hangs; it posts one for each operation. */
const SILENCE_MS = 60_000;

/**
 * Imports each document and tries its operations.
 *
 * @param documents {[name: string, file: string][]}
 * @returns {Promise<Map<string, {importMs: number, outcome: object}>>}
 */
export async function runAll(documents) {
  const waiting = documents.values();
  const outcomes = new Map();
  const work = async () => {
    const runner = new Runner();
    for (const [name, file] of waiting) {
      outcomes.set(name, await runner.bestOf(file));
      if (outcomes.size % 200 === 0) console.log(`${outcomes.size} of ${documents.length}`);
    }
    await runner.end();
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return new Map([...outcomes].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Runs documents in a worker thread, one after another, and replaces a thread that a document broke. */
class Runner {
  #worker = start();

  async bestOf(file) {
    const first = await this.#once({ file, isImportOnly: false });
    let { importMs } = first;
    for (let tries = 1; tries < TRIES && importMs > IMPORT_MS && !('broken' in first.outcome); tries += 1) {
      const again = await this.#once({ file, isImportOnly: true });
      importMs = Math.min(importMs, again.importMs);
    }
    return importMs > IMPORT_MS ? { importMs, outcome: { broken: 'slow' } } : { ...first, importMs };
  }

  end() {
    return this.#worker.terminate();
  }

  async #once(task) {
    const result = await followed(this.#worker, task);
    if ('broken' in result.outcome) {
      await this.#worker.terminate();
      this.#worker = start();
    }
    return result;
  }
}

/** Runs a document in a worker and returns its outcome. */
async function followed(worker, task) {
  let importMs = 0;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), SILENCE_MS);
  worker.postMessage(task);
  try {
    for await (const [message] of on(worker, 'message', { signal: late.signal })) {
      timer.refresh();
      if (message.outcome) return { importMs, outcome: message.outcome };
      importMs = message.importedMs ?? importMs;
    }
  } catch (error) {
    return { importMs, outcome: { broken: late.signal.aborted ? 'hangs' : `crash: ${error.stack ?? error}` } };
  } finally {
    clearTimeout(timer);
  }
}

function start() {
  return new Worker(new URL('worker.mjs', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 4096 } });
}
