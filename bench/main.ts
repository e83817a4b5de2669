import { benchCalls, benchCallsShort } from './call.js';
import { benchCluster } from './cluster.js';
import { benchConsole } from './console.js';
import { benchEgress } from './egress.js';
import { benchFaces } from './faces.js';
import { benchHostile, benchHostileShort } from './hostile.js';
import { benchOpenApi } from './openapi.js';
import { benchOverload } from './overload.js';
import { benchRefreshes } from './refresh.js';
import { benchSoak, benchSoakShort } from './soak.js';

/** Runs all benchmarks that take minutes (`npm run bench`), the named ones (`npm run bench -- call`), or short versions (`--short`). */
const BENCHES: Record<string, () => Promise<void>> = {
  call: benchCalls,
  cluster: benchCluster,
  console: benchConsole,
  egress: benchEgress,
  faces: benchFaces,
  hostile: benchHostile,
  openapi: benchOpenApi,
  overload: benchOverload,
  refresh: benchRefreshes,
  soak: benchSoak,
};

const SHORT_BENCHES: Record<string, () => Promise<void>> = {
  call: benchCallsShort,
  hostile: benchHostileShort,
  soak: benchSoakShort,
};

/** Take ten minutes and more, so they run only if they are named. */
const ONLY_IF_NAMED = ['cluster', 'soak'];

const isShort = process.argv.includes('--short');
const benches = isShort ? SHORT_BENCHES : BENCHES;
const names = process.argv.slice(2).filter((argument) => !/^(--short|--minutes=.*)$/.test(argument));
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(', ')}: must be one of ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
for (const [name, bench] of Object.entries(benches)) {
  if (names.length === 0 ? !ONLY_IF_NAMED.includes(name) : names.includes(name)) await bench();
}
