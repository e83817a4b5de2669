import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import {
  callbackUrl,
  denialOf,
  OAuthClients,
  requestedScopes,
  type OAuthSettings,
  type GrantedTokens,
  TokenEndpoint,
  authorizationRequest,
  type AuthorizationRequest,
  connectionServerUrl,
  ConnectionValueRefusedError,
  readConnectionValues,
  type OAuthClient,
  TokenError,
  codeGrant,
  type CodeFlowState,
} from '../../oauth/index.js';
import { Clock } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { diagnose, clientFacts, traceTokenRequests, type TraceLog } from '../../traces/index.js';
import { redactRequest, redactText, type RedactedRequest } from '../../redaction/index.js';
import {
  type CallbackParameters,
  type Flow,
  type MethodPage,
  type ReceivedGrant,
  type SignInMethod,
  type SignInResult,
  type SignInWithAction,
  type StartedFlow,
} from '../../sign-ins/index.js';

type CodeFlow = Flow<CodeFlowState>;

/** Signs users in at the provider with the authorization code grant (RFC 6749, section 4.1). */
@Injectable()
export class AuthorizationCodeMethod implements SignInMethod {
  constructor(
    private readonly clients: OAuthClients,
    private readonly endpoint: TokenEndpoint,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  isUsedBy(): boolean {
    return true;
  }

  page({ authSettings }: Action, requestedScope?: string): MethodPage {
    const { scope, authorization_url } = authSettings as unknown as OAuthSettings;
    return {
      explanation: 'provider',
      scopes: requestedScopes(requestedScope ?? scope),
      prompts: [],
      formTarget: new URL(authorization_url).origin,
    };
  }

  /** Sends the same request again if the button is pressed again, so that every tab and "Back" come to the same end. */
  async start(
    { signIn, action }: SignInWithAction,
    _form: Record<string, string>,
    log: TraceLog,
    unfinished?: Flow,
  ): Promise<StartedFlow> {
    const registered = await this.clients.of(action);
    const client = signIn.scope === null ? registered : { ...registered, scope: signIn.scope };
    const redirectUri = callbackUrl(this.settings, action);
    const sent = sentRequest(unfinished as CodeFlow | undefined, client, redirectUri);
    const { url, state, verifier } = sent ?? (await authorizationRequest(client, redirectUri));
    const secrets = [state, verifier].filter((secret) => secret !== undefined);
    log.add({
      name: 'authorization_request',
      at: this.clock.now().toISOString(),
      sent: redactRequest({ method: 'GET', url }, secrets),
      decision: 'the browser was redirected to the authorization URL',
      diagnosis: diagnose(clientFacts(client, 'authorization', redirectUri)),
    });
    const flow: CodeFlow = { context: { client, redirectUri, verifier, url } };
    return { flow, state, redirect: url };
  }

  readCallback(flow: Flow, parameters: CallbackParameters, log: TraceLog): ReceivedGrant | SignInResult {
    const { context } = flow as CodeFlow;
    const { client, redirectUri } = context;
    const result = callbackResult(context, parameters);
    if ('grant' in result) return result;
    const { error, errorDescription: description, errorReason: reason } = parameters;
    const isProviderError = result.code === error && error !== undefined;
    const facts = {
      ...clientFacts(client, 'callback', redirectUri),
      ...(isProviderError
        ? { error: { code: error, description, reason }, providerCode: result.code }
        : { rejection: result.code }),
    };
    const step = log.steps.at(-1);
    if (!step) return result;
    step.diagnosis = diagnose(facts);
    if (result === ISS_MISMATCH || result === ISS_MISSING)
      step.sent = callbackWithIssuerOnly(redirectUri, parameters.iss);
    return result;
  }

  async exchange(flow: Flow, log: TraceLog): Promise<GrantedTokens> {
    const { context, grant = '' } = flow as CodeFlow;
    const { client, redirectUri } = context;
    const observe = traceTokenRequests(log, this.clock);
    const tokens = await this.endpoint.grant(client, codeGrant(context, grant), observe);
    const granted = { ...tokens, requestedScope: client.scope ?? '' };
    if (!client.connection_values) return granted;
    const values = { ...context.values, ...granted.values };
    try {
      connectionServerUrl(client, values);
      return { ...granted, values };
    } catch (error) {
      if (!(error instanceof ConnectionValueRefusedError)) throw error;
      const rejection = 'connection_value_refused';
      const step = log.steps.at(-1);
      if (step) step.diagnosis = diagnose({ ...clientFacts(client, 'token', redirectUri), rejection });
      throw new TokenError('unreadable', rejection, error.message);
    }
  }
}

/** Returns the request of an unfinished flow, unless the client's settings have changed since. */
function sentRequest(
  unfinished: CodeFlow | undefined,
  client: OAuthClient,
  redirectUri: string,
): AuthorizationRequest | undefined {
  const { url, verifier, ...settings } = unfinished?.context ?? {};
  const isSame = JSON.stringify(settings) === JSON.stringify({ client, redirectUri });
  const state = url === undefined ? null : new URL(url).searchParams.get('state');
  return isSame && url !== undefined && state !== null ? { url, state, verifier } : undefined;
}

/**
 * Reads an authorization response. The issuer is compared before any other parameter is read: on a mismatch, the response may come from
 * another server and is discarded (RFC 9207, section 2.4; security rules C6 to C8).
 */
function callbackResult(context: CodeFlowState, parameters: CallbackParameters): ReceivedGrant | SignInResult {
  const { client } = context;
  const { issuer, metadata } = client;
  const { iss, code, error } = parameters;
  if (issuer !== undefined && iss !== undefined && iss !== issuer) return ISS_MISMATCH;
  if (iss === undefined && metadata?.authorization_response_iss_parameter_supported) return ISS_MISSING;
  if (error) return errorResult(client, error, parameters);
  if (code === undefined) return NO_CODE;
  if (!client.connection_values) return { grant: code };
  try {
    return { grant: code, context: { ...context, values: readConnectionValues(client, 'callback', parameters.query) } };
  } catch (refused) {
    if (!(refused instanceof ConnectionValueRefusedError)) throw refused;
    return { status: 'failed', code: 'connection_value_refused', message: refused.message };
  }
}

/** Returns the callback as it is shown in the trace after a mismatch: `iss` only, because the rest may be another server's. */
function callbackWithIssuerOnly(redirectUri: string, iss: string | undefined): RedactedRequest {
  const url = new URL(redirectUri);
  if (iss !== undefined) url.searchParams.set('iss', iss);
  return redactRequest({ method: 'GET', url: url.href }, []);
}

const ISS_MISMATCH: SignInResult = {
  status: 'failed',
  code: 'iss_mismatch',
  message: 'the issuer (iss) of the callback is not the authorization server that the user was sent to',
};

const ISS_MISSING: SignInResult = {
  status: 'failed',
  code: 'iss_missing',
  message: "the callback has no issuer (iss), although the provider's metadata says that every callback has one",
};

const NO_CODE: SignInResult = {
  status: 'failed',
  code: 'no_code',
  message: 'the callback has neither a code nor an error',
};

/** Returns the result of an error response: `denied` if access was denied, otherwise `failed` (provider quirk 22). */
function errorResult(client: OAuthClient, code: string, parameters: CallbackParameters): SignInResult {
  const { errorDescription: description, errorReason: reason, state = '' } = parameters;
  const words = [code, description ?? ''].map((text) =>
    redactText(text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 200), [state]),
  );
  const message = `the provider returned an error: ${words.filter(Boolean).join(', ')}`;
  const isDenied = denialOf({ code, description, reason }, client) !== undefined;
  return { status: isDenied ? 'denied' : 'failed', code: words[0], message };
}
