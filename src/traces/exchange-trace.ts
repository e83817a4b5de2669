import type { Clock } from '../common/index.js';
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
import { answerDetails } from './diagnoses/answer-details.js';
import { diagnose, type Facts } from './diagnoses/diagnosis.js';
import { factsOf, networkFacts } from './diagnoses/initial-facts.js';
import { redactRequest, redactResponse, type RedactedRequest } from '../redaction/index.js';
import type { TraceLog, TraceStep } from './trace-log.js';

/**
 * The refresh requests of clients, as they are shown: one differs from another in nothing but its token, which is hidden. An action with
 * ten thousand connections need not have that worked out for each.
 */
const REFRESHES = new WeakMap<OAuthClient, RedactedRequest>();

/** Returns an observer of token requests that adds a step for each to `log`. */
export function traceExchanges(log: TraceLog, clock: Clock): ObserveExchange {
  return (exchange) => new ExchangeTrace(log, exchange, clock);
}

/** The step of one token request, from what is sent to what is made of the answer. */
class ExchangeTrace implements ExchangeObserver {
  private readonly step: TraceStep;
  private readonly begun = performance.now();
  private readonly facts: Facts;
  private readonly secrets: string[];

  constructor(
    log: TraceLog,
    { client, grant, request, secrets }: TokenExchange,
    private readonly clock: Clock,
  ) {
    const isRefresh = grant.grant_type === 'refresh_token';
    this.secrets = secrets;
    this.facts = factsOf(client, isRefresh ? 'refresh' : 'token', grant['redirect_uri']);
    this.step = {
      name: isRefresh ? 'refresh_request' : 'token_request',
      at: clock.now().toISOString(),
      sent: isRefresh ? refreshOf(client, request, secrets) : tracedOf(request, secrets),
    };
    log.add(this.step);
  }

  received({ status, headers, body }: EgressResponse): void {
    this.step.duration_ms = Math.round(performance.now() - this.begun);
    const text = body.toString('utf8');
    this.step.received = redactResponse({ status, headers, body: text }, this.secrets);
    this.facts.details = answerDetails({ headers, body: text });
    const date = Date.parse(headers['date'] ?? '');
    if (!Number.isNaN(date)) this.facts.providerClock = { skewSeconds: (date - this.clock.now().getTime()) / 1000 };
  }

  granted({ refreshToken, expiresIn, scope, tokenType }: GrantedTokens): void {
    this.step.decision = 'tokens were granted';
    this.facts.granted = { hasRefreshToken: refreshToken !== undefined, expiresIn, scope, tokenType };
    this.step.diagnosis = diagnose(this.facts);
  }

  failed(error: unknown): void {
    if (!(error instanceof TokenError)) return;
    const { code, description, response, cause } = error;
    this.step.duration_ms ??= Math.round(performance.now() - this.begun);
    this.step.decision = `no token: ${error.message}`;
    this.facts.error = { code, description };
    this.facts.answer = response;
    if (error.kind === 'refused' && response?.looksLike !== 'empty') this.facts.said = code;
    if (cause instanceof EgressError) {
      this.step.received = { failure: { code: cause.code, message: cause.message } };
      Object.assign(this.facts, networkFacts(this.facts.phase, cause));
      this.facts.error = undefined;
    }
    this.step.diagnosis = diagnose(this.facts);
  }
}

function refreshOf(client: OAuthClient, request: EndpointRequest, secrets: string[]): RedactedRequest {
  const traced = REFRESHES.get(client) ?? tracedOf(request, secrets);
  REFRESHES.set(client, traced);
  return traced;
}

function tracedOf(request: EndpointRequest, secrets: string[]): RedactedRequest {
  return redactRequest({ method: 'POST', ...request }, secrets);
}
