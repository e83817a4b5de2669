import { parseUrl, redactor, type Redact } from '../common/index.js';
import { withCredentialQuery, type Credential } from '../credentials/index.js';
import { redirectLocation, type EgressRequest, type EgressResponse } from '../egress/index.js';
import type { Notice } from './call.dto.js';
import type { Call } from './call.js';

/** The number of redirects that a call follows. */
const MAX_REDIRECTS = 3;

const MAX_SHOWN_CHARACTERS = 500;

/** The redirects of one request. */
export class Redirects {
  /** The URLs that were requested after the first one, with their credential. */
  readonly #followed: string[] = [];

  constructor(
    private readonly call: Call,
    private readonly credential: Credential,
  ) {}

  /** The last URL that was requested; `undefined` if no redirect was followed. */
  get lastUrl(): string | undefined {
    return this.#followed.at(-1);
  }

  /**
   * Returns how the egress handles redirects: it follows them if the operation's policy says so, within the origin and with the credential, but
   * never to an operation that the policy disables.
   */
  get options(): Pick<EgressRequest, 'redirects' | 'redirectWithinOrigin'> {
    if (this.call.policy?.followRedirects !== true) return {};
    return { redirects: MAX_REDIRECTS, redirectWithinOrigin: (location) => this.#follow(location) };
  }

  /** Says which redirects were followed, and where a redirect leads that was not. */
  notices(response: EgressResponse): Notice[] {
    const location = redirectLocation(response);
    if (location === undefined && this.#followed.length === 0) return [];
    const hide = redactor(this.credential.secrets);
    const notices: Notice[] = [];
    const followed = this.#followed.map((url) => shownUrl(new URL(url), hide)).join(', ');
    if (followed !== '') notices.push({ pointer: '/response', message: `was redirected to ${followed}` });
    if (location === undefined) return notices;
    const to = parseUrl(location, response.url);
    const target = to === undefined ? 'an invalid URL' : shownUrl(to, hide);
    const message = `redirects to ${target}, which is not requested: ${this.#refusal(to, response)}`;
    return [...notices, { pointer: '/response/headers/location', message }];
  }

  #follow(location: URL): string | undefined {
    if (this.#isDisabled(location)) return undefined;
    const url = withCredentialQuery(location.href, this.credential.query);
    this.#followed.push(url);
    return url;
  }

  #isDisabled(location: URL): boolean {
    const { operation, policy } = this.call;
    return policy?.isDisabledPath(operation.method, location.pathname) === true;
  }

  /** Returns why a redirect is not followed. */
  #refusal(to: URL | undefined, { url }: EgressResponse): string {
    const { method } = this.call.operation;
    if (to === undefined || to.origin !== new URL(url).origin || to.username !== '' || to.password !== '')
      return 'redirects to other origins are not followed';
    if (method !== 'GET' && method !== 'HEAD') return `redirects of ${method} are not followed`;
    if (this.call.policy?.followRedirects !== true) return "the operation's policy does not have `follow_redirects`";
    return this.#isDisabled(to)
      ? "the action's policy does not allow it"
      : `at most ${MAX_REDIRECTS} redirects are followed`;
  }
}

/** Returns a URL without its user information, query and fragment, which may hold secrets. */
function shownUrl({ protocol, origin, pathname, search }: URL, hide: Redact): string {
  if (origin === 'null') return `a ${protocol} URL`;
  const shown = hide(`${origin}${pathname}${search === '' ? '' : '?…'}`);
  return shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}…` : shown;
}
