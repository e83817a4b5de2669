/** CPU time of the reference work, in milliseconds, on the machine that the limits in tests refer to. */
const REFERENCE_MS = 5;
const REFERENCE_TEXT = JSON.stringify(
  Array.from({ length: 4000 }, (_, id) => ({ id, name: `item ${id}`, tags: ['a', 'b'] })),
);
const MAX_RUNS = 12;

/**
 * Returns the CPU time of work in milliseconds, whether it throws or not, scaled by the CPU time that reference work takes in the same run.
 *
 * Other processes only ever add to CPU time. The least of several runs counts, and runs end as soon as one is below the limit, so that a test
 * fails only if the work is too slow every time.
 *
 * @param prepare returns the work; it is called anew for each run, and its own time does not count
 * @param limit the time in milliseconds below which no further run is needed
 */
export function cpuTime(prepare: () => () => unknown, limit: number): number {
  let least = Number.POSITIVE_INFINITY;
  let reference = Number.POSITIVE_INFINITY;
  for (let run = 0; run < MAX_RUNS; run += 1) {
    reference = Math.min(reference, measure(referenceWork));
    least = Math.min(least, measure(prepare()));
    // The first runs of the reference are interpreted and would make the work seem fast.
    const isWarm = run > 2;
    if (isWarm && (least / reference) * REFERENCE_MS < limit) break;
  }
  return (least / reference) * REFERENCE_MS;
}

function referenceWork(): void {
  JSON.stringify(JSON.parse(REFERENCE_TEXT));
}

function measure(work: () => unknown): number {
  const start = process.cpuUsage();
  try {
    work();
  } catch {
    // Only the time counts.
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
