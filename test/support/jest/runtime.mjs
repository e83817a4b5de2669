import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, sep } from 'node:path';
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

/** The product's own modules. Suites of a worker share them, so they must not keep state of a suite: no singletons, only constants and caches. */
const PRODUCT = /^(src|packages|migrations)\/(?!.*\.spec\.ts$)/;

/** Modules of packages and of Node, shared by all suites of a worker, by importing folder and specifier. */
const packageModules = new Map();

/** The product's modules and the paths of all source maps, shared by all suites of a worker, by path. */
const shared = { modules: new Map(), sourceMaps: new Map() };

let lastLink = Promise.resolve();

/** Paths of this repository's modules by importing folder and specifier; `undefined` if a package or Node provides the module. */
const ownPaths = new Map();

/**
 * Jest's runtime, except that a worker loads each package and each module of the product once instead of once for every suite: loading
 * them took seconds of CPU, and code that has just been loaded is slow. Node loads the packages. Modules of tests are evaluated anew for every
 * suite. Everything runs in Node's own context, because objects of packages and of tests must be instances of the same classes. Module mocks
 * and coverage are not supported.
 */
export default class SharedModulesRuntime extends Runtime {
  #rootDir;
  #resolver;
  #transformer;
  #modules = new Map();
  #shared;

  constructor(config, environment, resolver, transformer, ...others) {
    super(config, environment, resolver, transformer, ...others);
    this.#rootDir = config.rootDir;
    this.#resolver = resolver;
    this.#transformer = transformer;
    const { watch, watchAll } = others.at(-1);
    // Modules change between the runs of the watch mode.
    this.#shared = watch || watchAll ? { modules: this.#modules, sourceMaps: new Map() } : shared;
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
    return this.#shared.sourceMaps;
  }

  teardown() {
    super.teardown();
    this.#modules.clear();
  }

  async #evaluate(module) {
    // One graph at a time: graphs that share modules cannot be linked concurrently.
    const linked = lastLink.then(() => this.#link(module));
    lastLink = linked.catch(() => undefined);
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
    const modules = this.#isProduct(path) ? this.#shared.modules : this.#modules;
    if (!modules.has(path)) modules.set(path, this.#compile(path));
    return modules.get(path);
  }

  #isProduct(path) {
    return PRODUCT.test(relative(this.#rootDir, path).replaceAll(sep, '/'));
  }

  async #compile(path) {
    const source = readFileSync(path, 'utf8');
    if (path.endsWith('.json')) return exportsModule(path, { default: JSON.parse(source) });
    const { code, sourceMapPath } = await this.#transformer.transformAsync(path, TRANSFORM_OPTIONS, source);
    if (sourceMapPath) this.#shared.sourceMaps.set(path, sourceMapPath);
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
