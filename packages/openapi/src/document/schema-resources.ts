import { isVersion30 } from './document.js';
import { type JsonObject, type JsonValue, type Located, isContainer, stringMember } from './json.js';
import { visitObjects } from './visit-objects.js';

/** The base URI of a document without `$self`. Relative identifiers are resolved against it; it is never shown. */
const DOCUMENT_URI = 'document:///';

/** The schema resources of a document: itself, and each schema with an `$id` (JSON Schema 2020-12 Core, section 4.3.5). */
export interface SchemaResources {
  /** the URI of the document: 3.2's `$self` (OAS 3.2.0, section 4.1.1) */
  readonly documentUri: string;
  /** the base URIs of schemas that are part of another resource than the document */
  readonly bases: ReadonlyMap<JsonValue, string>;
  /** pointers by URI: of resources, and with a fragment of the schemas that `$anchor` or `$dynamicAnchor` names */
  readonly pointers: ReadonlyMap<string, string>;
  /** the names of `$dynamicAnchor` that several schemas have */
  readonly ambiguousAnchors: ReadonlySet<string>;
  /** the targets of references in the document's own resource that were followed before */
  readonly followed: Map<string, Located>;
}

const resourcesByRoot = new WeakMap<JsonObject, SchemaResources>();

/** Returns the schema resources of a document, read once. In 3.0 `$id` and `$anchor` have no meaning. */
export function schemaResources(root: JsonObject): SchemaResources {
  const known = resourcesByRoot.get(root);
  if (known !== undefined) return known;
  const documentUri = resolveUri(stringMember(root, '$self') ?? '', DOCUMENT_URI) ?? DOCUMENT_URI;
  const resources = new ResourceReader(documentUri);
  if (!isVersion30(root) && hasIdentifier(root)) resources.read(root);
  resourcesByRoot.set(root, resources);
  return resources;
}

/** Resolves a URI reference (RFC 3986, section 5) and removes its fragment. Returns `undefined` if the base has no hierarchy. */
export function resolveUri(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href.split('#', 1)[0];
  } catch {
    return undefined;
  }
}

const IDENTIFIERS = ['$id', '$anchor', '$dynamicAnchor'] as const;

/** Returns whether a value contains a member that may identify a schema. Few documents do, and a search is faster than reading them. */
function hasIdentifier(value: JsonValue): boolean {
  if (!isContainer(value)) return false;
  if (Array.isArray(value)) return value.some(hasIdentifier);
  if (IDENTIFIERS.some((name) => typeof value[name] === 'string')) return true;
  for (const key in value) if (hasIdentifier(value[key] ?? null)) return true;
  return false;
}

class ResourceReader implements SchemaResources {
  readonly bases = new Map<JsonValue, string>();
  readonly pointers: Map<string, string>;
  readonly ambiguousAnchors = new Set<string>();
  readonly followed = new Map<string, Located>();
  readonly #dynamicAnchors = new Set<string>();
  /** the resources around the schema that is being read, the innermost last */
  readonly #around: { uri: string; pointer: string }[] = [];

  constructor(readonly documentUri: string) {
    this.pointers = new Map([[documentUri, '']]);
  }

  read(root: JsonObject): void {
    visitObjects({ value: root, pointer: '' }, 'OpenAPI', (object, kind, pointer) => {
      if (kind === 'Schema') this.#readSchema(object, pointer());
    });
  }

  #readSchema(schema: JsonObject, pointer: string): void {
    while (!`${pointer}/`.startsWith(`${this.#around.at(-1)?.pointer ?? ''}/`)) this.#around.pop();
    const outer = this.#around.at(-1)?.uri ?? this.documentUri;
    const uri = this.#identify(schema, pointer, outer);
    // A schema that YAML aliases repeat keeps its first base.
    if (uri !== this.documentUri && !this.bases.has(schema)) this.bases.set(schema, uri);
    for (const keyword of ['$anchor', '$dynamicAnchor'] as const) {
      const anchor = stringMember(schema, keyword);
      if (anchor === undefined) continue;
      this.#name(`${uri}#${anchor}`, pointer);
      if (keyword === '$anchor') continue;
      if (this.#dynamicAnchors.has(anchor)) this.ambiguousAnchors.add(anchor);
      this.#dynamicAnchors.add(anchor);
    }
  }

  /** Reads the `$id` of a schema. Returns the URI of the resource that the schema is part of. */
  #identify(schema: JsonObject, pointer: string, outer: string): string {
    const id = stringMember(schema, '$id');
    if (id === undefined) return outer;
    // Until draft 7 an `$id` of only a fragment was what `$anchor` is now.
    if (/^#./.test(id)) this.#name(`${outer}${id}`, pointer);
    const uri = resolveUri(id, outer);
    if (uri === undefined || uri === outer) return outer;
    this.#name(uri, pointer);
    this.#around.push({ uri, pointer });
    return uri;
  }

  #name(uri: string, pointer: string): void {
    if (!this.pointers.has(uri)) this.pointers.set(uri, pointer);
  }
}
