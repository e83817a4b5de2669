export { CpuBudget } from './cpu-budget.js';
export { transferable } from './transferable.js';
export { Turns } from './turns.js';
export { WorkerLimitError } from './worker-limit.error.js';
export { type RunJob, Workers } from './workers.js';
export { WorkersModule } from './workers.module.js';
