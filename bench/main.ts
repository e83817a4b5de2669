import { benchCalls, benchCallsShort } from './call.js';
import { benchConsole } from './console.js';
import { benchEgress } from './egress.js';
import { benchHostile, benchHostileShort } from './hostile.js';
import { benchOpenApi } from './openapi.js';
import { benchRefreshes } from './refresh.js';

/** Runs all benchmarks (`npm run bench`), the named ones (`npm run bench -- call`), or the short versions of `call` and `hostile` (`--short`). */
const BENCHES: Record<string, () => Promise<void>> = {
  call: benchCalls,
  console: benchConsole,
  egress: benchEgress,
  hostile: benchHostile,
  openapi: benchOpenApi,
  refresh: benchRefreshes,
};

const SHORT_BENCHES: Record<string, () => Promise<void>> = { call: benchCallsShort, hostile: benchHostileShort };

const isShort = process.argv.includes('--short');
const benches = isShort ? SHORT_BENCHES : BENCHES;
const names = process.argv.slice(2).filter((argument) => argument !== '--short');
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(', ')}: must be one of ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
for (const [name, bench] of Object.entries(benches)) {
  if (names.length === 0 || names.includes(name)) await bench();
}
