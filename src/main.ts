import { dieTidily } from './crash.js';
import { explain, start } from './start.js';

dieTidily();
try {
  await start();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
