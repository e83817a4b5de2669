import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import {
  callbackUrl,
  OAuthClients,
  requestedScopes,
  type OAuthClient,
  type OAuthSettings,
  type GrantedTokens,
  TokenEndpoint,
  authorizationRequest,
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
  type SignInMethod,
  type SignInResult,
  type SignInWithAction,
  type StartedFlow,
} from '../../sign-ins/index.js';

type CodeFlow = Flow<CodeFlowState>;

/** The user signs in at the provider, which sends the browser back with a code. */
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

  page({ authSettings }: Action): MethodPage {
    const { scope, authorization_url } = authSettings as unknown as OAuthSettings;
    return {
      explanation: 'provider',
      scopes: requestedScopes(scope),
      prompts: [],
      formTarget: new URL(authorization_url).origin,
    };
  }

  async start({ action }: SignInWithAction, _form: Record<string, string>, log: TraceLog): Promise<StartedFlow> {
    const client = await this.clients.of(action);
    const redirectUri = callbackUrl(this.settings, action);
    const { url, state, verifier } = await authorizationRequest(client, redirectUri);
    const secrets = [state, verifier].filter((secret) => secret !== undefined);
    log.add({
      name: 'authorization_request',
      at: this.clock.now().toISOString(),
      sent: redactRequest({ method: 'GET', url }, secrets),
      decision: 'the browser was redirected to the authorization URL',
      diagnosis: diagnose(clientFacts(client, 'authorization', redirectUri)),
    });
    const flow: CodeFlow = { context: { client, redirectUri, verifier } };
    return { flow, state, redirect: url };
  }

  readCallback(flow: Flow, parameters: CallbackParameters, log: TraceLog): { grant: string } | SignInResult {
    const { client, redirectUri } = (flow as CodeFlow).context;
    const answer = answerOf(client, parameters);
    if ('grant' in answer) return answer;
    const { error, errorDescription: description } = parameters;
    const isProviderError = answer.code === error && error !== undefined;
    const facts = {
      ...clientFacts(client, 'callback', redirectUri),
      ...(isProviderError
        ? { error: { code: error, description }, providerCode: answer.code }
        : { rejection: answer.code }),
    };
    const step = log.steps.at(-1);
    if (!step) return answer;
    step.diagnosis = diagnose(facts);
    if (answer === ISS_MISMATCH || answer === ISS_MISSING) step.sent = answerBy(redirectUri, parameters.iss);
    return answer;
  }

  exchange(flow: Flow, log: TraceLog): Promise<GrantedTokens> {
    const { context, grant = '' } = flow as CodeFlow;
    return this.endpoint.grant(context.client, codeGrant(context, grant), traceTokenRequests(log, this.clock));
  }
}

/**
 * Who answers is decided before anything is made of what they say: on a mismatch nothing of the answer is shown, since it is another
 * server's (RFC 9207, section 2.4; security rules C6 to C8).
 */
function answerOf(client: OAuthClient, parameters: CallbackParameters): { grant: string } | SignInResult {
  const { issuer, metadata } = client;
  const { iss, code, error } = parameters;
  if (issuer !== undefined && iss !== undefined && iss !== issuer) return ISS_MISMATCH;
  if (iss === undefined && metadata?.authorization_response_iss_parameter_supported) return ISS_MISSING;
  if (error) return refusal(parameters);
  return code === undefined ? NO_CODE : { grant: code };
}

/** All that is shown of what another server has answered: who it says that it is. */
function answerBy(redirectUri: string, iss: string | undefined): RedactedRequest {
  const url = new URL(redirectUri);
  if (iss !== undefined) url.searchParams.set('iss', iss);
  return redactRequest({ method: 'GET', url: url.href }, []);
}

const ISS_MISMATCH: SignInResult = {
  status: 'failed',
  code: 'iss_mismatch',
  message: 'another authorization server than the one that the user was sent to has answered',
};

const ISS_MISSING: SignInResult = {
  status: 'failed',
  code: 'iss_missing',
  message: 'the provider says that it names itself in its answers (iss), and this answer names nobody',
};

const NO_CODE: SignInResult = {
  status: 'failed',
  code: 'no_code',
  message: 'the provider sent the browser back without a code',
};

/** A user who says no has not failed (provider quirk 22). */
function refusal({ error = '', errorDescription = '', state = '' }: CallbackParameters): SignInResult {
  const words = [error, errorDescription].map((text) =>
    redactText(text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 200), [state]),
  );
  const message = `the provider answered: ${words.filter(Boolean).join(', ')}`;
  return { status: error === 'access_denied' ? 'denied' : 'failed', code: words[0], message };
}
