import { Injectable } from '@nestjs/common';
import { OperationPlans } from '../actions/index.js';
import { Credentials, type Credential, type Obtained, type PlannedCall } from '../auth-schemas/index.js';
import { CountersignError, newId, type TenantCaller } from '../common/index.js';
import { Settings } from '../config/index.js';
import type { EgressResponse } from '../egress/index.js';
import { Metrics } from '../metrics/index.js';
import { InvalidArgumentsError, type BuiltRequest, type JsonObject } from '../openapi/index.js';
import type { CallDto, CallOutcome, CompletedDto } from './call.dto.js';
import { Confirmations } from './confirmations.js';
import { isDeeperThan } from './depth.js';
import { readResponse } from './response-reader.js';
import { Upstream, type CallFrame } from './upstream.js';

/** No model nests arguments that deep, and what reads them recurses. */
const MAX_DEPTH = 100;

/** Takes a call from its plan to its outcome. Whichever way it came in, it comes through here. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly plans: OperationPlans,
    private readonly credentials: Credentials,
    private readonly confirmations: Confirmations,
    private readonly upstream: Upstream,
    private readonly settings: Settings,
    private readonly metrics: Metrics,
  ) {}

  /** The way in without HTTP: plan, credential, dispatch. */
  async call(caller: TenantCaller, gptId: string, body: CallDto, signal?: AbortSignal): Promise<CallOutcome> {
    const frame = this.frame(body, signal);
    const call = await this.plan(caller, gptId, body);
    return this.dispatch(call, await this.credentials.obtain(call), body, frame);
  }

  /** @throws {CountersignError} `not_found`, `operation_not_found`, `ambiguous_operation` */
  async plan(caller: TenantCaller, gptId: string, body: CallDto): Promise<PlannedCall> {
    const name = { gptId, operationId: body.operation_id, actionId: body.action_id };
    const plan = await this.plans.plan(caller.tenantId, name);
    return { ...plan, caller, user: body.user, returnUrl: body.return_url };
  }

  frame({ conversation_id: conversationId }: CallDto, signal?: AbortSignal): CallFrame {
    return { deadline: Date.now() + this.settings.call.timeoutMs, conversationId, signal };
  }

  /**
   * @param obtained what the schema of the action has decided
   * @throws {CountersignError} `invalid_arguments`, `request_too_large`, `egress_denied`, `upstream_*`, `credential_unavailable`
   */
  async dispatch(call: PlannedCall, obtained: Obtained, body: CallDto, frame: CallFrame): Promise<CallOutcome> {
    try {
      const outcome = await this.decide(call, obtained, body, frame);
      this.metrics.calls.inc({ outcome: outcome.outcome, schema: call.action.authType });
      return outcome;
    } catch (error) {
      const outcome = error instanceof CountersignError ? error.code : 'internal';
      this.metrics.calls.inc({ outcome, schema: call.action.authType });
      throw error;
    }
  }

  private async decide(call: PlannedCall, obtained: Obtained, body: CallDto, frame: CallFrame): Promise<CallOutcome> {
    const call_id = newId('call');
    if ('signIn' in obtained) return { outcome: 'sign_in_required', call_id, sign_in: obtained.signIn };
    const args = body.arguments ?? {};
    const request = this.build(call, args);
    if (call.operation.isConsequential && !(await this.isConfirmed(call, args, body.confirmation))) {
      const confirmation = await this.confirmations.ask(call, args, request);
      return { outcome: 'confirmation_required', call_id, confirmation };
    }
    const answer = await this.upstream.send(call, request, obtained, frame);
    if (answer.status === 401 && obtained.renew) return this.again(call, request, obtained.renew, frame, call_id);
    return this.received(call_id, answer, obtained);
  }

  /** The upstream has refused the credential: once more with the next one, and never again (SECURITY C32). */
  private async again(
    call: PlannedCall,
    request: BuiltRequest,
    renew: () => Promise<Obtained>,
    frame: CallFrame,
    call_id: string,
  ): Promise<CallOutcome> {
    const renewed = await renew();
    if ('signIn' in renewed) return { outcome: 'sign_in_required', call_id, sign_in: renewed.signIn };
    return this.received(call_id, await this.upstream.send(call, request, renewed, frame), renewed);
  }

  private async received(call_id: string, answer: EgressResponse, credential: Credential): Promise<CallOutcome> {
    if (!credential.widen || !saysScopeIsTooNarrow(answer)) return this.completed(call_id, answer, credential);
    const { signIn } = await credential.widen();
    return { outcome: 'sign_in_required', call_id, sign_in: signIn };
  }

  private completed(call_id: string, answer: EgressResponse, { secrets }: Credential): CompletedDto {
    const response = readResponse(answer, secrets, this.settings.call.maxResponseCharacters);
    return { outcome: 'completed', call_id, response };
  }

  private build({ operation }: PlannedCall, args: object): BuiltRequest {
    if (isDeeperThan(args, MAX_DEPTH)) {
      const errors = [{ pointer: '/arguments', message: `nested deeper than ${MAX_DEPTH} levels` }];
      throw new CountersignError('invalid_arguments', 'the arguments are nested too deep', errors);
    }
    const request = built(operation, args as JsonObject);
    const { maxRequestCharacters } = this.settings.call;
    if (request.url.length + (request.body?.length ?? 0) > maxRequestCharacters) {
      throw new CountersignError('request_too_large', `the request has more than ${maxRequestCharacters} characters`);
    }
    return request;
  }

  private isConfirmed(call: PlannedCall, args: object, token: string | undefined): Promise<boolean> | boolean {
    return token !== undefined && this.confirmations.accept(call, args, token);
  }
}

function built(operation: PlannedCall['operation'], args: JsonObject): BuiltRequest {
  try {
    return operation.buildRequest(args);
  } catch (error) {
    if (!(error instanceof InvalidArgumentsError)) throw error;
    const errors = error.findings.map(({ pointer, message }) => ({ pointer: `/arguments${pointer}`, message }));
    throw new CountersignError('invalid_arguments', errors[0]?.message ?? error.message, errors);
  }
}

/** RFC 6750, section 3.1. */
function saysScopeIsTooNarrow({ status, headers }: EgressResponse): boolean {
  return status === 403 && /\berror="?insufficient_scope\b/i.test(headers['www-authenticate'] ?? '');
}
