import { TestEnvironment } from 'jest-environment-node';

/** How long what has been closed has until it is gone, in turns of the event loop: a busy machine takes long for each. */
const TURNS = 250;
const TURN_MS = 20;

/** Standard output may be one, and a child has its process beside its pipes. An immediate is over in this turn. */
const PASSED_OVER = new Set(['PipeWrap', 'TTYWrap', 'Immediate']);

/**
 * Node's environment, in which a suite that leaves something open has failed: a server, a connection, a child process, a timer. It would work
 * on beside the suites that follow, and keep Jest's worker from ending after the last.
 */
export default class NothingLeftOpen extends TestEnvironment {
  #before = [];

  async setup() {
    await super.setup();
    this.#before = open();
  }

  async teardown() {
    let left = this.#left();
    for (let turn = 0; left.length > 0 && turn < TURNS; turn++) {
      await new Promise((resolve) => setTimeout(() => setImmediate(resolve), TURN_MS));
      left = this.#left();
    }
    await super.teardown();
    if (left.length > 0) throw new Error(`the suite has ended and left open: ${left.join(', ')} (${details()})`);
  }

  /** Without what Jest had open before the suite. */
  #left() {
    const left = open();
    for (const kind of this.#before) if (left.includes(kind)) left.splice(left.indexOf(kind), 1);
    return left;
  }
}

function open() {
  return process.getActiveResourcesInfo().filter((kind) => !PASSED_OVER.has(kind));
}

/** Ports, process ids and when the next timer fires, Jest's own among them. */
function details() {
  process.report.excludeNetwork = true;
  const handles = process.report.getReport().libuv.filter((handle) => handle.is_active && handle.is_referenced);
  const said = handles.map(({ type, pid, localEndpoint, remoteEndpoint, firesInMsFromNow }) => {
    const all = { pid, from: localEndpoint?.port, to: remoteEndpoint?.port, ms: firesInMsFromNow };
    const known = Object.entries(all).filter(([, value]) => value !== undefined);
    return [type, ...known.map(([name, value]) => `${name} ${value}`)].join(' ');
  });
  return said.join(', ');
}
