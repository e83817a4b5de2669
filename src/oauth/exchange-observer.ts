import type { EgressResponse } from '../egress/index.js';
import type { OAuthClient } from './protocol/client.js';
import type { GrantedTokens } from './protocol/token-response.js';
import type { EndpointRequest, Grant } from './protocol/token-request.js';

/** A token request that is about to be sent. */
export interface TokenExchange {
  client: OAuthClient;
  grant: Grant;
  request: EndpointRequest;
  /** The secrets that the request carries, for redaction. */
  secrets: string[];
}

/** Receives the events of one token request. */
export interface ExchangeObserver {
  received(response: EgressResponse): void;
  granted(tokens: GrantedTokens): void;
  /** @param isRepeated whether the request is repeated with the other form of the Basic pair */
  failed(error: unknown, isRepeated: boolean): void;
}

/** Starts to observe a token request; called before the request is sent. */
export type ObserveExchange = (exchange: TokenExchange) => ExchangeObserver;
