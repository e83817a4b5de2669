import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory: SQLite waits for the disk at every commit, which would take most of a suite's time. */
const MEMORY = '/dev/shm';
const MIN_FREE_BYTES = 2 ** 30;

/** Creates a folder for temporary files, in memory if there is space, else on disk. The test removes it. */
export function createScratchFolder(): string {
  return mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'countersign-'));
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= MIN_FREE_BYTES;
  } catch {
    return false;
  }
}
