import { Injectable } from '@nestjs/common';
import { OperationPlans } from '../actions/index.js';
import { SignInRequiredError, type Credential, type PlannedCall } from '../credentials/index.js';
import { CountersignError, ForbiddenError, newId, type TenantCaller } from '../common/index.js';
import { Settings } from '../config/index.js';
import type { EgressResponse } from '../egress/index.js';
import { Metrics } from '../metrics/index.js';
import { InvalidArgumentsError, type ArgumentFinding, type BuiltRequest, type JsonObject } from '@countersign/openapi';
import { Statistics } from '../statistics/index.js';
import type { CallDto, CallOutcome } from './call.dto.js';
import { Confirmations } from './confirmations.js';
import { isDeeperThan } from './depth.js';
import { SentFiles } from './files/sent-files.js';
import { BufferMemory } from './memory/buffer-memory.js';
import { ResponseReader } from './response/response-reader.js';
import { attachRequest } from './redacted-request.js';
import { Upstream, type CallFrame, type Sent } from './upstream.js';

/** No model nests arguments that deep, and what reads them recurses. */
const MAX_DEPTH = 100;

/** A call that is let go. */
interface Sending {
  call: PlannedCall;
  request: BuiltRequest;
  frame: CallFrame;
  call_id: string;
}

/** Takes a call from its plan to its outcome. Whichever way it came in, it comes through here. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly plans: OperationPlans,
    private readonly confirmations: Confirmations,
    private readonly files: SentFiles,
    private readonly upstream: Upstream,
    private readonly responses: ResponseReader,
    private readonly bufferMemory: BufferMemory,
    private readonly settings: Settings,
    private readonly metrics: Metrics,
    private readonly statistics: Statistics,
  ) {}

  /** @throws {CountersignError} `forbidden`, `not_found`, `operation_not_found`, `ambiguous_operation` */
  async plan(caller: TenantCaller, gptId: string, body: CallDto): Promise<PlannedCall> {
    if (body.show_request && caller.role !== 'admin') throw new ForbiddenError('show_request is for admins');
    const name = { gptId, operationId: body.operation_id, actionId: body.action_id };
    const plan = await this.plans.plan(caller.tenantId, name);
    return { ...plan, caller, user: body.user, returnUrl: body.return_url };
  }

  frame({ role }: TenantCaller, body: CallDto, signal?: AbortSignal): CallFrame {
    const { conversation_id: conversationId, show_request: showRequest } = body;
    const deadline = Date.now() + this.settings.call.timeoutMs;
    const memory = this.bufferMemory.openCall();
    return { deadline, conversationId, showRequest, signal, memory, isAdmin: role === 'admin' };
  }

  /**
   * @param credential the credential that the schema's strategy provided
   * @throws {CountersignError} `invalid_arguments`, `request_too_large`, `egress_denied`, `upstream_*`, `credential_unavailable`
   */
  async dispatch(call: PlannedCall, credential: Credential, body: CallDto, frame: CallFrame): Promise<CallOutcome> {
    const begin = performance.now();
    try {
      const outcome = await this.decide(call, credential, body, frame);
      this.count(call, outcome, performance.now() - begin);
      return outcome;
    } catch (error) {
      if (error instanceof SignInRequiredError) return this.signInRequired(call, error);
      this.statistics.count(countedOf(call), 'failed');
      const outcome = error instanceof CountersignError ? error.code : 'internal';
      this.metrics.calls.inc({ outcome, schema: call.action.authType });
      throw error;
    }
  }

  /** Returns the outcome of a call whose user has to sign in. */
  signInRequired(call: PlannedCall, { signIn }: SignInRequiredError): CallOutcome {
    const outcome: CallOutcome = { outcome: 'sign_in_required', call_id: newId('call'), sign_in: signIn };
    this.count(call, outcome, 0);
    return outcome;
  }

  private count(call: PlannedCall, outcome: CallOutcome, milliseconds: number): void {
    const of = countedOf(call);
    this.metrics.calls.inc({ outcome: outcome.outcome, schema: call.action.authType });
    if (outcome.outcome === 'sign_in_required') return this.statistics.count(of, 'signInRequired');
    if (outcome.outcome === 'confirmation_required') return this.statistics.count(of, 'confirmationRequired');
    this.statistics.count(of, outcome.response.status < 400 ? 'completed' : 'upstreamErrors', milliseconds);
  }

  private async decide(
    call: PlannedCall,
    credential: Credential,
    body: CallDto,
    frame: CallFrame,
  ): Promise<CallOutcome> {
    const call_id = newId('call');
    const args = body.arguments ?? {};
    const built = this.build(call, args);
    if (call.operation.isConsequential && !(await this.isConfirmed(call, args, body.confirmation))) {
      const confirmation = await this.confirmations.ask(call, args, built);
      return { outcome: 'confirmation_required', call_id, confirmation };
    }
    const hasFiles = built.pending !== undefined || built.fileBytes !== undefined;
    const request = hasFiles ? this.sized(await this.files.attach(built, frame)) : built;
    return this.send({ call, request, frame, call_id }, credential);
  }

  private async send(sending: Sending, credential: Credential): Promise<CallOutcome> {
    const { call, request, frame } = sending;
    const sent = await this.upstream.send(call, request, credential, frame);
    if (sent.answer.status !== 401 || !credential.renew) return this.received(sending, sent, credential);
    // The upstream has refused the credential: once more with the next one, and never again (security rule C32).
    frame.memory.responses.release();
    const renewed = await showsOnFailure(sent, credential.renew);
    return this.received(sending, await this.upstream.send(call, request, renewed, frame), renewed);
  }

  private received(sending: Sending, sent: Sent, credential: Credential): Promise<CallOutcome> {
    return showsOnFailure(sent, () => this.outcomeOf(sending, sent, credential));
  }

  private async outcomeOf(
    { request, frame, call_id }: Sending,
    { answer, request: shown }: Sent,
    credential: Credential,
  ): Promise<CallOutcome> {
    if (credential.requestMoreScope && isInsufficientScope(answer)) throw await credential.requestMoreScope();
    const { response, notices } = await this.responses.read(answer, credential.secrets, frame);
    const all = [...ofArguments(request.notices ?? []), ...notices];
    return { outcome: 'completed', call_id, response, notices: all, ...(shown && { request: shown }) };
  }

  private build({ operation }: PlannedCall, args: object): BuiltRequest {
    if (isDeeperThan(args, MAX_DEPTH)) {
      const errors = [{ pointer: '/arguments', message: `nested deeper than ${MAX_DEPTH} levels` }];
      throw new CountersignError('invalid_arguments', 'the arguments are nested too deep', errors);
    }
    return this.sized(built(operation, args as JsonObject));
  }

  /** @throws {CountersignError} `request_too_large`: what is not files has too many characters */
  private sized(request: BuiltRequest): BuiltRequest {
    const { maxRequestCharacters } = this.settings.call;
    const { url, body, fileBytes = 0 } = request;
    if (url.length + (body?.length ?? 0) - fileBytes <= maxRequestCharacters) return request;
    throw new CountersignError('request_too_large', `the request has more than ${maxRequestCharacters} characters`);
  }

  private isConfirmed(call: PlannedCall, args: object, token: string | undefined): Promise<boolean> | boolean {
    return token !== undefined && this.confirmations.accept(call, args, token);
  }
}

/** What is done once an answer is there may fail too, such as asking for the next token. */
async function showsOnFailure<T>({ request }: Sent, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignInRequiredError) throw error;
    throw attachRequest(request, error);
  }
}

function countedOf({ action: { tenantId, id: actionId } }: PlannedCall) {
  return { tenantId, actionId };
}

function built(operation: PlannedCall['operation'], args: JsonObject): BuiltRequest {
  try {
    return operation.buildRequest(args);
  } catch (error) {
    if (!(error instanceof InvalidArgumentsError)) throw error;
    const errors = ofArguments(error.findings);
    throw new CountersignError('invalid_arguments', errors[0]?.message ?? error.message, errors);
  }
}

function ofArguments(findings: readonly ArgumentFinding[]): ArgumentFinding[] {
  return findings.map(({ pointer, message }) => ({ pointer: `/arguments${pointer}`, message }));
}

/** RFC 6750, section 3.1. */
function isInsufficientScope({ status, headers }: EgressResponse): boolean {
  return status === 403 && /\berror="?insufficient_scope\b/i.test(headers['www-authenticate'] ?? '');
}
