import { Draft } from '../document/draft.js';
import { type Finding } from '../document/errors.js';
import { type JsonObject, type JsonValue, isObject, pointerTo, pointerTokens, stringMember } from '../document/json.js';
import { type DocumentLimits } from '../document/limits.js';
import { Origins } from '../document/origins.js';
import { encodeFragment, followReference } from '../document/references.js';
import { isUsedByCalls } from '../document/relevance.js';
import { type ObjectKind, fieldOf, visitObjects } from '../document/visit-objects.js';
import { ComponentNames } from './component-names.js';
import { MissingFilesError, type ReferencedFiles } from './files.js';
import { type Target, Targets, parseUrl } from './targets.js';

/** A document with everything that calls need of other files. */
export interface Bundled {
  /** the very same document if it refers to no other file */
  readonly json: JsonObject;
  /** references that could not be followed, with pointers into the result */
  readonly invalidParts: readonly Finding[];
  readonly origins: Origins;
}

/** A value of the result whose references are still those of the file that it comes from. */
interface Placed {
  readonly value: JsonValue;
  readonly pointer: string;
  readonly kind: ObjectKind;
  /** the URL of its file */
  readonly base: string;
}

/**
 * Replaces references to other files by references to components, which it adds, as far as calls depend on them. References in these files are
 * followed as well; a cycle ends where it began.
 *
 * @throws {MissingFilesError} files of the same origin are not there
 * @throws {InvalidDocumentError} `too_large`, `too_deep`
 */
export function bundle(json: JsonObject, sources: ReferencedFiles, options: BundleOptions): Bundled {
  const bundler = new Bundler(json, sources, options);
  bundler.run();
  return bundler.result();
}

/** How files are read. */
export interface BundleOptions {
  readonly limits: DocumentLimits;
  /** throws an `InvalidDocumentError` if a text is neither JSON nor YAML */
  readonly parseFile: (text: string) => JsonValue;
  /** the origins of the document, if it was changed before */
  readonly earlier: Origins | undefined;
}

class Bundler {
  readonly #draft: Draft;
  readonly #targets: Targets;
  readonly #names: ComponentNames;
  readonly #origins: Origins;
  readonly #invalidParts: Finding[] = [];
  readonly #inlined = new Set<string>();
  readonly #queue: Placed[];

  constructor(
    private readonly root: JsonObject,
    sources: ReferencedFiles,
    { limits, parseFile, earlier }: BundleOptions,
  ) {
    this.#draft = new Draft(root);
    this.#targets = new Targets(sources, limits, parseFile);
    this.#names = new ComponentNames(root, this.#draft);
    this.#origins = new Origins(earlier);
    this.#queue = [{ value: root, pointer: '', kind: 'OpenAPI', base: this.#targets.documentUrl }];
  }

  run(): void {
    for (const placed of this.#queue) {
      visitObjects(placed, placed.kind, (object, kind, pointer) => {
        const reference = stringMember(object, '$ref');
        if (reference !== undefined) return this.#reference(object, reference, kind, pointer(), placed);
        this.#replaceMaps(object, kind, pointer, placed);
      });
    }
    if (this.#targets.missing.size > 0) throw new MissingFilesError([...this.#targets.missing]);
  }

  result(): Bundled {
    return { json: this.#draft.apply(), invalidParts: this.#invalidParts, origins: this.#origins };
  }

  /** Replaces a reference. Returns `'skip'` if the target takes its place. */
  #reference(
    object: JsonObject,
    reference: string,
    kind: ObjectKind,
    pointer: string,
    { base }: Placed,
  ): 'skip' | void {
    const isOwn = base === this.#targets.documentUrl;
    if (isOwn && this.#isLocal(object, pointer)) return;
    const target = this.#target(reference, pointer, base);
    if (target === undefined) {
      // In the document, a relative reference would mean another file.
      const absolute = isOwn ? undefined : parseUrl(reference, base)?.href;
      if (absolute !== undefined) this.#draft.set(pointer, '$ref', absolute);
      return;
    }
    if (target.file === this.#targets.documentUrl) {
      this.#draft.set(pointer, '$ref', `#${encodeFragment(this.#origins.placeOf(target.fragment))}`);
      return;
    }
    const component = this.#names.componentOf(target, kind);
    if (component === undefined) return this.#inline(target, kind, reference, pointer);
    this.#draft.set(pointer, '$ref', `#${component.pointer}`);
    if (!component.isNew) return;
    this.#origins.add(component.pointer, pointer);
    this.#put(target, kind, component.pointer);
  }

  /** Returns whether the reference of an object of the document leads into the document, also by an `$id`. */
  #isLocal(object: JsonObject, pointer: string): boolean {
    if (stringMember(object, '$ref')?.startsWith('#')) return true;
    const found = followReference(this.root, object, pointer);
    return found === undefined || !('code' in found) || found.code !== 'external_reference';
  }

  /** Returns the target of a reference that calls depend on. */
  #target(reference: string, pointer: string, base: string): Target | undefined {
    const target = isUsedByCalls(pointer) ? this.#targets.find(reference, base) : undefined;
    if (target === undefined || !('problem' in target)) return target;
    this.#report(reference, target.problem, pointer);
    return undefined;
  }

  #report(reference: string, problem: string, pointer: string): void {
    const message = `"${reference}" is outside the document: ${problem}`;
    this.#invalidParts.push({ code: 'external_reference', message, pointer });
  }

  /** Puts a target in the place of a reference, because there are no components of its kind. */
  #inline(target: Target, kind: ObjectKind, reference: string, pointer: string): 'skip' {
    const key = `${pointer} ${target.file}#${target.fragment}`;
    if (this.#inlined.has(key)) this.#report(reference, 'it leads only to other references', pointer);
    else {
      this.#inlined.add(key);
      this.#put(target, kind, pointer);
    }
    return 'skip';
  }

  #put({ value, file }: Target, kind: ObjectKind, place: string): void {
    const tokens = pointerTokens(place);
    this.#targets.add(value, tokens.length);
    this.#draft.set(pointerTo('', ...tokens.slice(0, -1)), tokens.at(-1) ?? '', value);
    this.#queue.push({ value, pointer: place, kind, base: file });
  }

  /** Puts maps, such as all schemas of `components`, in the place of references to them, which the standard does not allow there. */
  #replaceMaps(object: JsonObject, kind: ObjectKind, pointer: () => string, { base }: Placed): void {
    for (const [name, value] of Object.entries(object)) {
      const field = fieldOf(kind, name);
      if (typeof field !== 'object' || !('mapOf' in field) || !isObject(value)) continue;
      const { $ref: reference, ...own } = value;
      if (typeof reference !== 'string' || reference.startsWith('#')) continue;
      const place = pointerTo(pointer(), name);
      const target = this.#target(reference, place, base);
      if (target === undefined || !isObject(target.value)) continue;
      this.#targets.add(target.value, pointerTokens(place).length);
      this.#draft.set(pointer(), name, { ...target.value, ...own });
      for (const [key, item] of Object.entries(target.value)) {
        if (!Object.hasOwn(own, key))
          this.#queue.push({ value: item, pointer: pointerTo(place, key), kind: field.mapOf, base: target.file });
      }
    }
  }
}
