import type { Outcome } from './outcome-page.js';
import type { Language } from './texts/index.js';

/** An error that is shown to an end user as a page of its own. */
export abstract class PageError extends Error {
  /** @param tenantId the tenant whose brand the page carries, if it is known */
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
