import type { Outcome } from './outcome-page.js';
import type { Language } from './texts/index.js';

/** An error that end users see as a page. */
export abstract class PageError extends Error {
  /** @param tenantId tenant whose brand the page shows, if known */
  constructor(
    message: string,
    readonly tenantId?: string,
  ) {
    super(message);
    this.name = new.target.name;
  }

  /** Returns the text of the page and its HTTP status. */
  abstract outcome(language: Language): Outcome & { status: number };
}
