// Keeps state in the global object that belongs to the worker, so it is loaded before any suite.
import '@jest/expect';
import { ModuleMocker } from 'jest-mock';
import { openResources, waitUntilClosed } from './open-resources.mjs';

/** Globals in which packages register the decorators of the product's classes. Suites share these classes. */
const DECORATOR_REGISTRIES = ['typeormMetadataArgsStorage', 'classValidatorMetadataStorage'];

/** What suites of this worker leave for those that follow, as `TEST_WORKER_CACHE`. */
const workerCache = new Map();

/**
 * The environment of a suite: Node's own global object, so that `./runtime.mjs` can share packages and the product's modules between suites.
 *
 * A suite that leaves a resource open fails. What it adds to or changes in the global object, `process.env` and the exit code is undone when
 * it ends.
 */
export default class SuiteEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  #globals = Object.getOwnPropertyDescriptors(globalThis);
  #variables = { ...process.env };
  #exit = process.exit;
  #exitCode = process.exitCode;
  #resources = [];

  constructor({ projectConfig }) {
    Object.assign(globalThis, projectConfig.globals, { TEST_WORKER_CACHE: workerCache });
  }

  async setup() {
    this.#resources = openResources();
  }

  async teardown() {
    try {
      await waitUntilClosed(this.#resources);
    } finally {
      this.#restore();
    }
  }

  /** Jest asks for it. The runtime evaluates nothing in another context. */
  getVmContext() {
    return null;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  #restore() {
    process.exit = this.#exit;
    process.exitCode = this.#exitCode;
    replaceVariables(this.#variables);
    for (const key of Reflect.ownKeys(globalThis)) {
      const isKept = Object.hasOwn(this.#globals, key) || DECORATOR_REGISTRIES.includes(key);
      // What a package defined as permanent stays, such as undici's dispatcher.
      if (!isKept) Reflect.deleteProperty(globalThis, key);
    }
    for (const key of Reflect.ownKeys(this.#globals)) {
      const [now, before] = [Object.getOwnPropertyDescriptor(globalThis, key), this.#globals[key]];
      // Defining a property again, even with the same value, makes the engine discard optimized code.
      if (now?.get !== before.get || !Object.is(now?.value, before.value))
        Object.defineProperty(globalThis, key, before);
    }
  }
}

function replaceVariables(variables) {
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  for (const [name, value] of Object.entries(variables)) if (process.env[name] !== value) process.env[name] = value;
}
