import type { Outcome } from './outcome-page.js';
import type { Language } from './texts/index.js';

/** An error that end users see as a page. */
export abstract class PageError extends Error {
  /**
   * @param tenantId tenant whose brand the page shows, if known
   * @param returnTo URL of the tenant's page that sent the user here, if there is one
   */
  constructor(
    message: string,
    readonly tenantId?: string,
    readonly returnTo?: string,
  ) {
    super(message);
    this.name = new.target.name;
  }

  /** Returns the text of the page and its HTTP status. */
  abstract outcome(language: Language): Outcome & { status: number };
}
