/** The text of a file that a document refers to, or the reason why there is none. */
export type ReferencedFile = { readonly text: string } | { readonly problem: string };

/** The files that references of a document may lead to. */
export interface ReferencedFiles {
  /** the URL of the document; only files of the same origin are asked for */
  readonly url: string;
  /** by URL, without fragments */
  readonly files: ReadonlyMap<string, ReferencedFile>;
}

/** Thrown if a document refers to files that are not there yet. */
export class MissingFilesError extends Error {
  override readonly name = 'MissingFilesError';

  /** @param urls without fragments, in the order of the references */
  constructor(readonly urls: readonly string[]) {
    super(`the document refers to ${urls.length} other files`);
  }
}
