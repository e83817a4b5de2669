import { benchCalls } from './call.js';
import { benchConsole } from './console.js';
import { benchEgress } from './egress.js';
import { benchOpenApi } from './openapi.js';
import { benchRefreshes } from './refresh.js';

/** `npm run bench` runs them all, `npm run bench -- call` those that are named. */
const BENCHES: Record<string, () => Promise<void>> = {
  call: benchCalls,
  console: benchConsole,
  egress: benchEgress,
  openapi: benchOpenApi,
  refresh: benchRefreshes,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; there is ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (named.length === 0 || named.includes(name)) await bench();
}
