import { InvalidDocumentError } from '../document/errors.js';
import { type JsonValue, valueAt } from '../document/json.js';
import { type DocumentLimits, tooDeep, tooLarge } from '../document/limits.js';
import { decodeFragment } from '../document/references.js';
import { anchorsOf } from './anchors.js';
import { type ReferencedFiles } from './files.js';

/** What a reference leads to. */
export interface Target {
  /** the URL of the file, without a fragment */
  readonly file: string;
  /** a JSON pointer into the file */
  readonly fragment: string;
  /** null if the file is the document itself */
  readonly value: JsonValue;
}

/** Why a reference leads to nothing. */
export interface NoTarget {
  readonly problem: string;
}

interface ParsedFile {
  readonly json: JsonValue;
  /** pointers by the names of anchors, read once */
  readonly anchors: () => ReadonlyMap<string, string>;
}

/** Finds the targets of references to other files, and limits what they add to the document. */
export class Targets {
  /** the files of the same origin that are not there yet */
  readonly missing = new Set<string>();
  /** the URL of the document, without a fragment */
  readonly documentUrl: string;
  readonly #parsed = new Map<string, ParsedFile | NoTarget>();
  #characters = 0;

  /** @param parseFile throws an `InvalidDocumentError` if a text is neither JSON nor YAML */
  constructor(
    private readonly sources: ReferencedFiles,
    private readonly limits: DocumentLimits,
    private readonly parseFile: (text: string) => JsonValue,
  ) {
    this.documentUrl = withoutFragment(new URL(sources.url));
  }

  /**
   * Finds what a reference leads to.
   *
   * @param base the URL of the file that has the reference
   * @returns `undefined` if its file is not there yet, which is noted
   */
  find(reference: string, base: string): Target | NoTarget | undefined {
    const url = parseUrl(reference, base);
    if (url === undefined) return { problem: 'it is not a URL' };
    const { origin } = new URL(this.documentUrl);
    if (url.origin !== origin) return { problem: `only files of ${origin} are fetched, from where the document came` };
    const file = withoutFragment(url);
    const fragment = decodeFragment(url.hash.slice(1));
    if (file === this.documentUrl) return { file, fragment, value: null };
    const parsed = this.#parsed.get(file) ?? this.#parse(file);
    if (parsed === undefined) return void this.missing.add(file);
    if ('problem' in parsed) return parsed;
    const pointer = isPointer(fragment) ? fragment : parsed.anchors().get(fragment);
    const value = pointer === undefined ? undefined : valueAt(parsed.json, pointer);
    if (pointer === undefined || value === undefined) return { problem: 'the file has no such value' };
    return { file, fragment: pointer, value };
  }

  #parse(file: string): ParsedFile | NoTarget | undefined {
    const source = this.sources.files.get(file);
    if (source === undefined) return undefined;
    const parsed = 'problem' in source ? source : this.#read(source.text);
    this.#parsed.set(file, parsed);
    return parsed;
  }

  #read(text: string): ParsedFile | NoTarget {
    try {
      const json = this.parseFile(text);
      let anchors: ReadonlyMap<string, string> | undefined;
      return { json, anchors: () => (anchors ??= anchorsOf(json)) };
    } catch (error) {
      if (error instanceof InvalidDocumentError) return { problem: `the file cannot be read: ${error.message}` };
      throw error;
    }
  }

  /** @throws {InvalidDocumentError} with this value, the document is too large, or it is nested too deeply */
  add(value: JsonValue, levels: number): void {
    if (levels > this.limits.maxDepth) throw new InvalidDocumentError([tooDeep(this.limits)]);
    this.#characters += JSON.stringify(value).length;
    if (this.#characters > this.limits.maxBytes) throw new InvalidDocumentError([tooLarge(this.limits)]);
  }
}

function isPointer(fragment: string): boolean {
  return fragment === '' || fragment.startsWith('/');
}

function withoutFragment(url: URL): string {
  return url.href.slice(0, url.href.length - url.hash.length).replace(/#$/, '');
}

/** Parses a URL; `URL.parse` is newer than the oldest supported Node. */
export function parseUrl(reference: string, base: string): URL | undefined {
  try {
    return new URL(reference, base);
  } catch {
    return undefined;
  }
}
