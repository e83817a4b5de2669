import { randomUUID } from 'node:crypto';
import express, { type Express, type Response } from 'express';
import type { Browser } from '../../../examples/notes-provider/browser.js';

/** Continues an authorization request after the user's choice. */
type Continue = (response: Response, isApproved: boolean) => Promise<void>;

/** The page of an authorization server that asks the user for consent. Frameworks leave it to the applications that use them. */
export class ConsentPage {
  private readonly waiting = new Map<string, Continue>();

  constructor(app: Express) {
    app.post('/consent', express.urlencoded({ extended: false }), async (request, response) => {
      const { ticket, choice } = request.body as Record<string, string>;
      const next = this.waiting.get(ticket ?? '');
      this.waiting.delete(ticket ?? '');
      if (!next) response.status(400).send('This request has ended');
      else await next(response, choice === 'allow');
    });
  }

  show(response: Response, next: Continue): void {
    const ticket = randomUUID();
    this.waiting.set(ticket, next);
    response.send(
      `<!doctype html><title>Consent</title><form method="post" action="/consent"><input type="hidden" name="ticket" value="${ticket}">
      <button name="choice" value="allow">Allow</button><button name="choice" value="deny">Deny</button></form>`,
    );
  }
}

/** Opens the authorization URL and presses a button of the page. */
export async function choose(browser: Browser, authorizationUrl: string, button: 'Allow' | 'Deny'): Promise<void> {
  await browser.get(authorizationUrl);
  await browser.submit({}, { button });
}

/** Returns the redirect of a user who declined (RFC 6749, section 4.1.2.1). */
export function denialUrl(redirectUri: string, state?: string): string {
  const url = new URL(redirectUri);
  url.searchParams.set('error', 'access_denied');
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
