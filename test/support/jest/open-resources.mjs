/** How long the event loop gets to finish what has been closed, in turns. A busy machine takes long for each turn. */
const MAX_TURNS = 250;
const TURN_MS = 20;

/** Standard output may be a pipe or a terminal, a child process is listed beside its pipes, and an immediate runs in this turn. */
const IGNORED = new Set(['PipeWrap', 'TTYWrap', 'Immediate']);

/** Returns the kinds of everything that is open in this process: servers, connections, child processes, timers. */
export function openResources() {
  return process.getActiveResourcesInfo().filter((kind) => !IGNORED.has(kind));
}

/**
 * Waits until nothing is open that was not open before.
 *
 * @param before what `openResources` returned then
 * @throws {Error} something stays open
 */
export async function waitUntilClosed(before) {
  let left = difference(openResources(), before);
  for (let turn = 0; left.length > 0 && turn < MAX_TURNS; turn++) {
    await new Promise((resolve) => setTimeout(() => setImmediate(resolve), TURN_MS));
    left = difference(openResources(), before);
  }
  if (left.length > 0) throw new Error(`the suite left resources open: ${left.join(', ')} (${describeHandles()})`);
}

function difference(kinds, before) {
  const left = [...kinds];
  for (const kind of before) if (left.includes(kind)) left.splice(left.indexOf(kind), 1);
  return left;
}

/** Lists ports, process ids and when the next timer fires. Jest's own handles are among them. */
function describeHandles() {
  process.report.excludeNetwork = true;
  const handles = process.report.getReport().libuv.filter((handle) => handle.is_active && handle.is_referenced);
  const descriptions = handles.map(({ type, pid, localEndpoint, remoteEndpoint, firesInMsFromNow }) => {
    const details = { pid, from: localEndpoint?.port, to: remoteEndpoint?.port, ms: firesInMsFromNow };
    const known = Object.entries(details).filter(([, value]) => value !== undefined);
    return [type, ...known.map(([name, value]) => `${name} ${value}`)].join(' ');
  });
  return descriptions.join(', ');
}
