import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, runInThisContext, SourceTextModule, SyntheticModule } from 'node:vm';
import Runtime from 'jest-runtime';

const PACKAGES = `${sep}node_modules${sep}`;
const CONDITIONS = ['import', 'default', 'node', 'node-addons'];
const TRANSFORM_OPTIONS = {
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};

/** Modules of packages and of Node, shared by all suites of a worker, by importing folder and specifier. */
const packageModules = new Map();

/** Paths of this repository's modules by importing folder and specifier; `undefined` if a package or Node provides the module. */
const ownPaths = new Map();

/**
 * Jest's runtime, except that a worker loads each package once instead of once for every suite, which took two seconds of CPU each time.
 * Node loads the packages; this repository's own modules are evaluated anew for every suite. Everything runs in Node's own context,
 * because objects of packages and of tests must be instances of the same classes. Module mocks and coverage are not supported.
 */
export default class SharedPackagesRuntime extends Runtime {
  #resolver;
  #transformer;
  #modules = new Map();
  #sourceMaps = new Map();
  #lastLink = Promise.resolve();

  constructor(config, environment, resolver, transformer, ...others) {
    super(config, environment, resolver, transformer, ...others);
    this.#resolver = resolver;
    this.#transformer = transformer;
  }

  /** Does nothing: Jest's would replace `process.getBuiltinModule`, and here `process` is the worker's own. */
  installGetBuiltinModule() {}

  /** Loads a module of the test framework anew; the modules it requires are shared. */
  requireInternalModule(from, to = from) {
    const require = createRequire(from);
    delete require.cache[require.resolve(to)];
    return require(to);
  }

  async unstable_importModule(path) {
    return this.#evaluate(await this.#ownModule(path));
  }

  getSourceMaps() {
    return this.#sourceMaps;
  }

  teardown() {
    super.teardown();
    this.#modules.clear();
    this.#sourceMaps.clear();
  }

  async #evaluate(module) {
    // One graph at a time: graphs that share modules cannot be linked concurrently.
    const linked = this.#lastLink.then(() => this.#link(module));
    this.#lastLink = linked.catch(() => undefined);
    await linked;
    await module.evaluate();
    return module;
  }

  async #link(module) {
    if (module.status === 'unlinked')
      await module.link((specifier, { identifier }) => this.#find(specifier, identifier));
  }

  async #find(specifier, from) {
    if (specifier === '@jest/globals') return exportsModule(specifier, this.requireModuleOrMock(from, specifier));
    const path = await this.#ownPath(specifier, from);
    return path === undefined ? packageModule(specifier, from) : this.#ownModule(path);
  }

  async #ownPath(specifier, from) {
    const key = keyOf(specifier, from);
    if (!ownPaths.has(key)) {
      const isCore = this.#resolver.isCoreModule(specifier);
      const path = isCore
        ? undefined
        : await this.#resolver.resolveModuleAsync(from, specifier, { conditions: CONDITIONS });
      ownPaths.set(key, path?.includes(PACKAGES) ? undefined : path);
    }
    return ownPaths.get(key);
  }

  #ownModule(path) {
    if (!this.#modules.has(path)) this.#modules.set(path, this.#compile(path));
    return this.#modules.get(path);
  }

  async #compile(path) {
    const source = readFileSync(path, 'utf8');
    if (path.endsWith('.json')) return exportsModule(path, { default: JSON.parse(source) });
    const { code, sourceMapPath } = await this.#transformer.transformAsync(path, TRANSFORM_OPTIONS, source);
    if (sourceMapPath) this.#sourceMaps.set(path, sourceMapPath);
    const meta = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
    return new SourceTextModule(code, {
      identifier: path,
      initializeImportMeta: (target) => Object.assign(target, meta),
      importModuleDynamically: async (specifier) => this.#evaluate(await this.#find(specifier, path)),
    });
  }
}

function keyOf(specifier, from) {
  return `${dirname(from)}\0${specifier}`;
}

function packageModule(specifier, from) {
  const key = keyOf(specifier, from);
  if (!packageModules.has(key)) packageModules.set(key, importFrom(from, specifier));
  return packageModules.get(key);
}

/** Imports a package as Node does from that file. */
async function importFrom(filename, specifier) {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const load = runInThisContext('(specifier) => import(specifier)', { filename, importModuleDynamically });
  return exportsModule(specifier, await load(specifier));
}

/** A module with these exports, linked and evaluated. */
async function exportsModule(identifier, exports) {
  const names = Object.keys(exports);
  const module = new SyntheticModule(
    names,
    function () {
      for (const name of names) this.setExport(name, exports[name]);
    },
    { identifier },
  );
  await module.link(() => undefined);
  await module.evaluate();
  return module;
}
