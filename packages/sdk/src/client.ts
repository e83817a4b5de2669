import type {
  ConnectedAccountsLink,
  Connection,
  McpToken,
  SignIn,
  SignInOffer,
  VerifiedMcpAuthorization,
  VerifiedSignIn,
} from './api/index.js';
import type { RunOptions, ToolCallsOutcome } from './outcome.js';
import { type SettledOutcome, type SettleOptions, settle } from './settle.js';
import type { ToolFormats, ToolsOptions } from './tools.js';
import { type ApiRequest, Transport, type TransportOptions } from './transport.js';
import { itemsOf, responseIdOf, type ResultOf, type Turn } from './turn.js';
import { wait } from './wait.js';

/** The longest that the server lets a request wait for a sign-in, in seconds. */
const LONG_POLL_SECONDS = 55;
/** Time between requests if the server answers at once, because too many others wait. */
const MIN_POLL_MS = 2_000;

export interface CountersignOptions extends TransportOptions {
  gptId: string;
}

/** The user of a browser that Countersign redirected to your server. */
export interface VerifiedBrowser {
  user: string;
  browserToken: string;
  signal?: AbortSignal | undefined;
}

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/**
 * A client of Countersign for one GPT. For servers: its key can act for every user, so it must not reach a browser.
 *
 * Every method rejects with a `CountersignError` if the request fails, and with the reason of its `signal` if that is aborted.
 */
export class Countersign {
  readonly gptId: string;
  readonly connections: Connections;
  readonly #transport: Transport;

  /** @throws {TypeError} an option is missing, or the code runs in a browser */
  constructor({ gptId, ...options }: CountersignOptions) {
    if (Reflect.has(globalThis, 'document'))
      throw new TypeError('the key can act for every user: use @countersign/sdk on your server, not in a browser');
    if (typeof gptId !== 'string' || gptId === '') throw new TypeError('`gptId` must be the id of a GPT');
    this.gptId = gptId;
    this.#transport = new Transport(options);
    this.connections = new Connections(this.#transport, gptId);
  }

  /** Returns the GPT's tools in a vendor's format. */
  tools<Format extends keyof ToolFormats>(format: Format, options: ToolsOptions = {}): Promise<ToolFormats[Format][]> {
    const { actionId, tag, search, signal } = options;
    const path = `/v1/gpts/${encodeURIComponent(this.gptId)}/tools`;
    return allPages(this.#transport, { path, query: { format, action_id: actionId, tag, search }, signal });
  }

  /**
   * Runs the tool calls of a model's turn. Failures of single calls are results.
   *
   * @param turn the whole response (best, because its id makes a repeated request safe), its message, or the list of its tool calls
   */
  run<const T extends Turn>(turn: T, options: RunOptions = {}): Promise<ToolCallsOutcome<ResultOf<T>>> {
    const responseId = options.responseId ?? responseIdOf(turn) ?? crypto.randomUUID();
    return this.#run(turn, { ...options, responseId });
  }

  /**
   * Runs the tool calls of a turn until all of them have a result: hands sign-ins and confirmations to `options`, waits for the user, and runs
   * the calls again.
   */
  settle<const T extends Turn>(turn: T, options: SettleOptions): Promise<SettledOutcome<ResultOf<T>>> {
    const responseId = options.responseId ?? responseIdOf(turn) ?? crypto.randomUUID();
    return settle<ResultOf<T>>(
      {
        run: (answers) => this.#run(turn, { ...options, ...answers, responseId }),
        signedIn: (id, waiting) => this.signedIn(id, waiting),
      },
      options,
    );
  }

  /** Waits until a sign-in has ended. @returns it with status `connected`, `denied`, `failed` or `expired` */
  async signedIn(signInId: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<SignIn> {
    const path = `/v1/sign-ins/${encodeURIComponent(signInId)}`;
    for (;;) {
      const start = performance.now();
      const query = { wait: LONG_POLL_SECONDS };
      const signIn = await this.#transport.send<SignIn>({ method: 'GET', path, query, idempotent: true, signal });
      if (signIn.status !== 'pending' && signIn.status !== 'awaiting_verification') return signIn;
      await wait(Math.max(0, MIN_POLL_MS - (performance.now() - start)), signal);
    }
  }

  /** Creates a link with which a user connects an account without a call, for buttons such as “Connect”. */
  connectLink(
    user: string,
    actionId: string,
    {
      returnUrl,
      scope,
      signal,
    }: { returnUrl?: string | undefined; scope?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<SignInOffer> {
    const body = { gpt_id: this.gptId, action_id: actionId, user, return_url: returnUrl, scope };
    return this.#transport.send({ method: 'POST', path: '/v1/sign-ins', body, idempotent: false, signal });
  }

  /**
   * Says which user is signed in to your service in the browser that your `user_verification_url` got, and ends the sign-in.
   *
   * @param browser `browserToken` is `browser_token` of the query
   * @returns the sign-in, and the `redirect_url` to send that browser to
   */
  verifySignIn(signInId: string, browser: VerifiedBrowser): Promise<VerifiedSignIn> {
    return this.#verify(`/v1/sign-ins/${encodeURIComponent(signInId)}/verify`, browser);
  }

  /**
   * Says which user is signed in to your service in the browser that your `login_url` got, so that they can authorize an MCP client.
   *
   * @param browser `browserToken` is `browser_token` of the query
   * @returns the `redirect_url` to send that browser to
   */
  verifyMcpAuthorization(authorizationId: string, browser: VerifiedBrowser): Promise<VerifiedMcpAuthorization> {
    return this.#verify(`/v1/mcp-authorizations/${encodeURIComponent(authorizationId)}/verify`, browser);
  }

  /** Creates a link to the page on which a user sees and disconnects their accounts. It is for that user only. */
  connectedAccountsLink(
    user: string,
    { returnUrl, signal }: { returnUrl?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<ConnectedAccountsLink> {
    const body = { user, return_url: returnUrl };
    return this.#transport.send({
      method: 'POST',
      path: '/v1/connected-accounts-links',
      body,
      idempotent: false,
      signal,
    });
  }

  /** Creates a token with which an MCP client acts for this user. @param options `expiresIn` is in seconds, at most 86,400 */
  mcpToken(
    user: string,
    { expiresIn, signal }: { expiresIn?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<McpToken> {
    const body = { gpt_id: this.gptId, user, expires_in: expiresIn };
    return this.#transport.send({ method: 'POST', path: '/v1/mcp-tokens', body, idempotent: false, signal });
  }

  /** Revokes a token that `mcpToken` has created. @param tokenId its `id` */
  revokeMcpToken(tokenId: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    const path = `/v1/mcp-tokens/${encodeURIComponent(tokenId)}`;
    return this.#transport.send({ method: 'DELETE', path, idempotent: true, signal });
  }

  /** A browser token works once, so a request whose response was lost is not repeated. */
  #verify<T>(path: string, { user, browserToken, signal }: VerifiedBrowser): Promise<T> {
    const body = { user, browser_token: browserToken };
    return this.#transport.send({ method: 'POST', path, body, idempotent: false, signal });
  }

  #run<R>(turn: Turn, options: RunOptions): Promise<ToolCallsOutcome<R>> {
    const { user, conversationId, responseId, resume, confirmations, declined, returnUrl, unknownTools } = options;
    return this.#transport.send({
      method: 'POST',
      path: `/v1/gpts/${encodeURIComponent(this.gptId)}/tool_calls`,
      body: {
        tool_calls: itemsOf(turn),
        user,
        conversation_id: conversationId,
        // The server makes each call of a response once, so that a repeated request is safe.
        ...(resume === undefined ? { response_id: responseId } : { resume }),
        confirmations,
        declined,
        return_url: returnUrl,
        unknown_tools: unknownTools,
      },
      idempotent: true,
      signal: options.signal,
    });
  }
}

/** The connections of a GPT's users. */
class Connections {
  readonly #transport: Transport;

  constructor(
    transport: Transport,
    private readonly gptId: string,
  ) {
    this.#transport = transport;
  }

  /** Returns the connections of a user. */
  list(
    user: string,
    {
      actionId,
      status,
      signal,
    }: {
      actionId?: string | undefined;
      status?: Connection['status'] | undefined;
      signal?: AbortSignal | undefined;
    } = {},
  ): Promise<Connection[]> {
    const query = { gpt_id: this.gptId, user, action_id: actionId, status };
    return allPages(this.#transport, { path: '/v1/connections', query, signal });
  }

  /** Deletes a connection and revokes its tokens at the provider where possible. */
  disconnect(connectionId: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    const path = `/v1/connections/${encodeURIComponent(connectionId)}`;
    return this.#transport.send({ method: 'DELETE', path, idempotent: true, signal });
  }
}

async function allPages<T>(
  transport: Transport,
  { query, ...request }: Pick<ApiRequest, 'path' | 'query' | 'signal'>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await transport.send({
      ...request,
      method: 'GET',
      query: { ...query, cursor },
      idempotent: true,
    });
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
