import { type Draft } from '../document/draft.js';
import { type Finding } from '../document/errors.js';

/** The changes that were found, and what they are. */
export interface Repairs {
  readonly draft: Draft;
  /** with pointers into the document before the changes */
  readonly findings: Finding[];
}
