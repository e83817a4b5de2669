import { runCommand } from './cli/run-command.js';
import { start } from './cli/start.js';

await runCommand(start);
