import { HIDDEN, type Clock } from '../common/index.js';
import { EgressError, type EgressResponse } from '../egress/index.js';
import {
  type OAuthClient,
  TokenError,
  type GrantedTokens,
  type EndpointRequest,
  type ExchangeObserver,
  type ObserveExchange,
  type TokenExchange,
} from '../oauth/index.js';
import { redactRequest, redactResponse, type RedactedRequest } from '../redaction/index.js';
import { diagnose } from './diagnosis.js';
import { clientFacts, networkFacts, type Facts } from './facts/facts.js';
import { responseDetails } from './facts/response-details.js';
import type { TraceLog, TraceStep } from './trace-log.js';

/**
 * Redacted refresh requests by client. A client's requests differ only in the token, which is redacted, so an action with ten thousand
 * connections redacts one request.
 */
const REFRESH_REQUESTS = new WeakMap<OAuthClient, RedactedRequest>();

const REPEATED = 'the request is repeated with the other form of the client id and secret (RFC 6749, section 2.3.1)';

/** Returns an observer that adds a step to `log` for each token request. */
export function traceTokenRequests(log: TraceLog, clock: Clock): ObserveExchange {
  return (exchange) => new TokenRequestTrace(log, exchange, clock);
}

/** Records one token request and its result as a step. */
class TokenRequestTrace implements ExchangeObserver {
  private readonly step: TraceStep;
  private readonly startedAt = performance.now();
  private readonly facts: Facts;
  private readonly secrets: string[];

  constructor(
    log: TraceLog,
    { client, grant, request, secrets }: TokenExchange,
    private readonly clock: Clock,
  ) {
    const isRefresh = grant.grant_type === 'refresh_token';
    this.secrets = secrets;
    this.facts = clientFacts(client, isRefresh ? 'refresh' : 'token', grant['redirect_uri']);
    this.step = {
      name: isRefresh ? 'refresh_request' : 'token_request',
      at: clock.now().toISOString(),
      sent: isRefresh ? redactRefreshRequest(client, request, secrets) : redactTokenRequest(client, request, secrets),
    };
    log.add(this.step);
  }

  received({ status, headers, body }: EgressResponse): void {
    this.step.duration_ms = this.elapsedMs();
    const text = body.toString('utf8');
    this.step.received = redactResponse({ status, headers, body: text }, this.secrets);
    this.facts.details = responseDetails({ headers, body: text });
    const date = Date.parse(headers['date'] ?? '');
    if (!Number.isNaN(date)) this.facts.providerClock = { skewSeconds: (date - this.clock.now().getTime()) / 1000 };
  }

  granted({ refreshToken, expiresIn, scope, tokenType }: GrantedTokens): void {
    this.step.decision = 'tokens were granted';
    this.facts.granted = { hasRefreshToken: refreshToken !== undefined, expiresIn, scope, tokenType };
    this.step.diagnosis = diagnose(this.facts);
  }

  failed(error: unknown, isRepeated: boolean): void {
    if (!(error instanceof TokenError)) return;
    const { code, description, concern, response, cause } = error;
    this.step.duration_ms ??= this.elapsedMs();
    this.step.decision = `no token: ${error.message}`;
    if (isRepeated) this.step.decision += `; ${REPEATED}`;
    this.facts.error = { code, description, concern };
    this.facts.response = response;
    if (error.kind === 'refused') this.facts.providerCode = error.providerCode;
    if (cause instanceof EgressError) {
      this.step.received = { failure: { code: cause.code, message: cause.message } };
      Object.assign(this.facts, networkFacts(this.facts.phase, cause));
      this.facts.error = undefined;
    }
    // A request that is repeated is not the problem to fix.
    if (!isRepeated) this.step.diagnosis = diagnose(this.facts);
  }

  private elapsedMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }
}

function redactRefreshRequest(client: OAuthClient, request: EndpointRequest, secrets: string[]): RedactedRequest {
  const redacted = REFRESH_REQUESTS.get(client) ?? redactTokenRequest(client, request, secrets);
  REFRESH_REQUESTS.set(client, redacted);
  return redacted;
}

/** Also hides the whole query of a GET request, which may contain the client secret, and the headers that the schema adds. */
function redactTokenRequest(client: OAuthClient, request: EndpointRequest, secrets: string[]): RedactedRequest {
  const [url = '', query] = request.url.split('?', 2);
  const isHidden = request.method === 'GET' && query !== undefined;
  const redacted = redactRequest(isHidden ? { ...request, url } : request, secrets);
  const added = Object.keys(client.token_headers ?? {}).map((name) => [name.toLowerCase(), HIDDEN]);
  return {
    ...redacted,
    line: isHidden ? `${redacted.line}?${HIDDEN}` : redacted.line,
    headers: { ...redacted.headers, ...Object.fromEntries(added) },
  };
}
