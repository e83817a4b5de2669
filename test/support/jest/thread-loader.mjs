/** Lets worker threads of the suites load this repository's TypeScript. Node runs it in every thread; the main thread has Jest for that. */
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) register('./typescript-hooks.mjs', import.meta.url);
