import { CookieJar } from './cookie-jar.js';
import { formsOf, type Form } from './html-forms.js';

/** The page that a browser shows after a navigation. */
export interface Page {
  url: string;
  status: number;
  headers: Headers;
  body: string;
  forms: Form[];
}

export interface Navigation {
  /** whether redirects are followed: always (default), never, or only to URLs for which it returns `true` */
  follow?: boolean | ((url: string) => boolean);
  /** request headers in addition to the browser's own */
  headers?: Record<string, string>;
}

export interface Submission extends Navigation {
  /** form of the page; the first by default */
  form?: Form;
  /** text of the button to press; the first button by default, as when Enter is pressed */
  button?: string;
}

interface Visit {
  method: string;
  url: string;
  status: number;
}

const MAX_REDIRECTS = 20;

/**
 * A browser without a display and JavaScript: it stores cookies, follows redirects and submits forms over HTTP.
 *
 * For tests of attacks it can also do what a browser would not: stop at a redirect, drop its cookies, or submit a form that no
 * page contained.
 */
export class Browser {
  readonly cookies = new CookieJar();
  /** all requests, oldest first */
  readonly history: Visit[] = [];
  #page: Page | undefined;
  readonly #reach: (url: string) => string;

  /** @param reach where the request of a URL is sent, for servers whose public URL leads to a proxy that is not there */
  constructor(reach: (url: string) => string = (url) => url) {
    this.#reach = reach;
  }

  /** @throws {Error} the browser has not opened a page */
  get page(): Page {
    if (!this.#page) throw new Error('the browser has not opened a page');
    return this.#page;
  }

  /** The URL of the page. */
  get location(): string {
    return this.page.url;
  }

  /** The target of a redirect that was not followed. */
  get redirect(): string | undefined {
    const { status, headers, url } = this.page;
    const location = headers.get('location');
    return status >= 300 && status < 400 && location ? new URL(location, url).href : undefined;
  }

  get(url: string, navigation: Navigation = {}): Promise<Page> {
    return this.#navigate('GET', new URL(url, this.#page?.url).href, undefined, navigation);
  }

  post(url: string, fields: Record<string, string>, navigation: Navigation = {}): Promise<Page> {
    return this.#navigate('POST', new URL(url, this.#page?.url).href, new URLSearchParams(fields), navigation);
  }

  /**
   * Fills in a form of the page and submits it.
   *
   * @param fields values by name; other fields are sent with their initial values
   * @throws {Error} the page has no form, or no such button
   */
  submit(fields: Record<string, string> = {}, submission: Submission = {}): Promise<Page> {
    const form = submission.form ?? this.page.forms[0];
    if (!form) throw new Error(`no form on ${this.location} (status ${this.page.status})`);
    const pressed = submission.button
      ? form.buttons.find(({ label }) => label.includes(submission.button ?? ''))
      : form.buttons[0];
    if (submission.button && !pressed) throw new Error(`no button "${submission.button}" on ${this.location}`);

    const values = { ...form.fields, ...fields, ...(pressed?.name ? { [pressed.name]: pressed.value } : {}) };
    const action = new URL(pressed?.action ?? form.action, this.location);
    if (form.method === 'POST') return this.post(action.href, values, submission);
    action.search = new URLSearchParams(values).toString();
    return this.get(action.href, submission);
  }

  /** Follows a redirect that was not followed. */
  followRedirect(navigation: Navigation = {}): Promise<Page> {
    if (!this.redirect) throw new Error(`${this.location} does not redirect`);
    return this.get(this.redirect, navigation);
  }

  async #navigate(
    method: string,
    url: string,
    form: URLSearchParams | undefined,
    { follow = true, headers = {} }: Navigation,
  ): Promise<Page> {
    let page = await this.#request(method, url, form, headers);
    for (let hops = 0; this.redirect; hops += 1) {
      const target = this.redirect;
      if (typeof follow === 'function' ? !follow(target) : !follow) break;
      if (hops === MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects, the last to ${target}`);
      // A 307 or 308 repeats the request with its body (RFC 9110, section 15.4.8); other redirects become a GET.
      const repeats = page.status === 307 || page.status === 308;
      page = await this.#request(repeats ? method : 'GET', target, repeats ? form : undefined, headers);
    }
    return page;
  }

  async #request(
    method: string,
    url: string,
    form: URLSearchParams | undefined,
    headers: Record<string, string>,
  ): Promise<Page> {
    const cookie = this.cookies.headerFor(url);
    const response = await fetch(this.#reach(url), {
      method,
      redirect: 'manual',
      headers: { accept: 'text/html,*/*;q=0.8', ...(cookie && { cookie }), ...headers },
      ...(form && { body: form }),
    });
    this.cookies.store(url, response.headers.getSetCookie());
    const body = await response.text();
    this.history.push({ method, url, status: response.status });
    this.#page = { url, status: response.status, headers: response.headers, body, forms: formsOf(body) };
    return this.#page;
  }
}

/**
 * Signs a user in at the example provider: opens the sign-in page, presses its button, fills in the provider's form unless the
 * browser has a session there, and follows all redirects to the final page.
 *
 * @param start the URL of the sign-in page or of another page that leads to the provider's form, or an object with that URL, such
 *   as the `sign_in` of an outcome
 * @param navigation `follow` can stop it at a redirect, for example before the callback is reached
 * @returns the browser on the final page, with its cookies
 * @throws {Error} an error page was reached before the provider's form
 */
export async function signInAsBrowser(
  start: string | { url: string },
  userName: string,
  navigation: Navigation & { browser?: Browser } = {},
): Promise<Browser> {
  const { browser = new Browser(), ...rest } = navigation;
  await browser.get(typeof start === 'string' ? start : start.url, rest);
  // The sign-in page itself has a form with a button; only the provider's asks for a password.
  for (let steps = 0; steps < 3 && !asksForPassword(browser) && browser.page.forms.length > 0; steps += 1) {
    await browser.submit({}, rest);
  }
  if (asksForPassword(browser)) {
    await browser.submit({ login: userName, password: 'any password' }, rest);
  } else if (browser.page.status >= 400) {
    throw new Error(`cannot sign in: ${browser.location} responded with ${browser.page.status}: ${browser.page.body}`);
  }
  return browser;
}

function asksForPassword(browser: Browser): boolean {
  return browser.page.forms.some((form) => form.passwords.length > 0);
}
