import { Injectable } from '@nestjs/common';
import {
  InvalidArgumentsError,
  InvalidDocumentError,
  type ArgumentFinding,
  type BuiltRequest,
  type JsonObject,
} from '@countersign/openapi';
import { OperationPlans } from '../actions/index.js';
import { beforeDeadline, CountersignError, ForbiddenError, Logger, newId, type TenantCaller } from '../common/index.js';
import { Settings } from '../config/index.js';
import { SignInRequiredError, type Credential } from '../credentials/index.js';
import { BufferMemory } from '../egress/index.js';
import { Activity } from '../statistics/index.js';
import type { CallDto, CallOutcome, Notice } from './call.dto.js';
import type { Call } from './call.js';
import { Confirmations } from './confirmations.js';
import { isDeeperThan } from './depth.js';
import { SentFiles } from './files/sent-files.js';
import { addFixedArguments, hideFixedValues, withoutFixed } from './fixed-arguments.js';
import { attachRequest } from './redacted-request.js';
import { canRepeat, isCredentialRejected, isInsufficientScope, renewForNextCall } from './rejected-credential.js';
import { ResponseReader } from './response/response-reader.js';
import { Upstream, type Attempt } from './upstream.js';

/** Limit of the nesting of arguments, because the code that reads them is recursive. */
const MAX_DEPTH = 100;

/** How a call is planned. */
export interface PlanOptions {
  /** Aborts the call when its client disconnects. */
  signal?: AbortSignal;
  /** Milliseconds of the call's time that its admission has taken. */
  spentMs?: number;
}

/**
 * Takes calls from their plan to their outcome. Every entrance plans a call, authenticates it with `Credentials`, and dispatches it with the
 * credential.
 */
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
    private readonly activity: Activity,
    private readonly logger: Logger,
  ) {}

  /**
   * Finds the operation of a call and starts the call's deadline.
   *
   * @throws {CountersignError} `forbidden`, `not_found`, `operation_not_found`, `ambiguous_operation`, `unavailable`
   */
  async plan(caller: TenantCaller, gptId: string, body: CallDto, options: PlanOptions = {}): Promise<Call> {
    const { signal, spentMs = 0 } = options;
    const isAdmin = caller.role === 'admin';
    if (body.show_request && !isAdmin) throw new ForbiddenError('show_request requires an admin key');
    const deadline = Date.now() + this.settings.call.timeoutMs - spentMs;
    const name = { gptId, operationId: body.operation_id, actionId: body.action_id, allowed: caller.operationIds };
    const plan = await beforeDeadline(this.plans.plan(caller.tenantId, name), deadline, callTooLate);
    return {
      ...plan,
      id: newId('call'),
      caller,
      user: body.user,
      returnUrl: body.return_url,
      arguments: (body.arguments ?? {}) as JsonObject,
      confirmation: body.confirmation,
      conversationId: body.conversation_id,
      showRequest: body.show_request,
      deadline,
      signal,
      memory: this.bufferMemory.openCall(caller.tenantId),
      isAdmin,
    };
  }

  /**
   * Sends a call to its upstream, unless the user has to confirm it first or has to sign in again.
   *
   * @param credential the result of the strategy of the action's schema
   * @throws {CountersignError} `invalid_arguments`, `request_too_large`, `egress_denied`, `upstream_*`, `credential_unavailable`
   */
  async dispatch(call: Call, credential: Credential): Promise<CallOutcome> {
    const start = performance.now();
    try {
      const outcome = await this.outcomeOf(call, credential);
      const upstream = outcome.outcome === 'completed' ? outcome.response : undefined;
      const milliseconds = performance.now() - start;
      this.activity.countCall(call.action, outcome.outcome, upstream && { status: upstream.status, milliseconds });
      return outcome;
    } catch (error) {
      if (error instanceof SignInRequiredError) return this.signInRequired(call, error);
      this.activity.countCall(call.action, error instanceof CountersignError ? error.code : 'internal');
      throw error;
    }
  }

  /** Returns the outcome of a call whose user has to sign in. */
  signInRequired(call: Call, { signIn }: SignInRequiredError): CallOutcome {
    this.activity.countCall(call.action, 'sign_in_required');
    return { outcome: 'sign_in_required', call_id: call.id, sign_in: signIn };
  }

  private async outcomeOf(planned: Call, credential: Credential): Promise<CallOutcome> {
    const call = planned.fixedArguments ? addFixedArguments(planned, credential) : planned;
    const built = await this.build(call);
    if (call.requiresConfirmation && !(await this.isConfirmed(call))) {
      const confirmation = await this.confirmations.ask(call, built);
      return { outcome: 'confirmation_required', call_id: call.id, confirmation };
    }
    const hasFiles = built.pending !== undefined || built.fileBytes !== undefined;
    const request = hasFiles ? this.checkSize(await this.files.attach(built, call)) : built;
    return this.send(call, request, credential);
  }

  private async send(call: Call, request: BuiltRequest, credential: Credential): Promise<CallOutcome> {
    // Not `upstream_timeout`: the upstream was never asked.
    if (Date.now() >= call.deadline) throw callTooLate();
    if (call.beforeSend) await call.beforeSend();
    const attempt = await this.upstream.send(call, request, credential);
    const { response } = attempt;
    if (!isCredentialRejected(response, credential)) {
      if (credential.recordAccepted) await this.recordAccepted(call, credential.recordAccepted);
      return this.read(call, request, attempt, credential);
    }
    const { renew } = credential;
    if (!renew) return this.read(call, request, attempt, credential);
    if (!canRepeat(call, response)) {
      return this.read(call, request, attempt, credential, await renewForNextCall(renew));
    }
    const renewed = await attachRequestOnError(attempt, renew);
    if (!renewed) return this.read(call, request, attempt, credential);
    // Repeat the call once with the next credential (security rule C32).
    call.memory.responses.release();
    const repeated = await this.upstream.send(call, request, renewed);
    if (renewed.recordAccepted && !isCredentialRejected(repeated.response, renewed))
      await this.recordAccepted(call, renewed.recordAccepted);
    return this.read(call, request, repeated, renewed);
  }

  /** The call has succeeded, so a failure is logged only; the next call records it again. */
  private async recordAccepted({ id }: Call, record: () => Promise<void>): Promise<void> {
    await record().catch((err: unknown) =>
      this.logger.warn({ err, call_id: id }, 'it could not be stored that the API accepts the access token again'),
    );
  }

  private read(
    call: Call,
    request: BuiltRequest,
    attempt: Attempt,
    credential: Credential,
    ownNotices: Notice[] = [],
  ): Promise<CallOutcome> {
    return attachRequestOnError(attempt, async () => {
      if (credential.requestMoreScope && isInsufficientScope(attempt.response))
        throw await credential.requestMoreScope();
      const { response, notices } = await this.responses.read(attempt.response, credential.secrets, call, {
        operation: call.operation,
        bounds: call.policy?.response,
        fixedArguments: call.fixedArguments && Object.keys(call.fixedArguments),
      });
      return {
        outcome: 'completed',
        call_id: call.id,
        response,
        notices: [
          ...inArguments(request.notices ?? []),
          ...ownNotices,
          ...attempt.redirects.notices(attempt.response),
          ...notices,
        ],
        ...(attempt.request && { request: attempt.request }),
      };
    });
  }

  private async build(call: Call): Promise<BuiltRequest> {
    if (isDeeperThan(call.arguments, MAX_DEPTH)) {
      const message = `arguments must not be nested deeper than ${MAX_DEPTH} levels`;
      throw new CountersignError('invalid_arguments', message, [{ pointer: '/arguments', message }]);
    }
    return this.checkSize(await buildRequest(call));
  }

  /** @throws {CountersignError} `request_too_large`: the request, without its files, has too many characters */
  private checkSize(request: BuiltRequest): BuiltRequest {
    const { maxRequestCharacters } = this.settings.call;
    const { url, body, fileBytes = 0 } = request;
    if (url.length + (body?.length ?? 0) - fileBytes <= maxRequestCharacters) return request;
    throw new CountersignError('request_too_large', `the request has more than ${maxRequestCharacters} characters`);
  }

  private async isConfirmed(call: Call): Promise<boolean> {
    if (call.confirmation !== undefined) return this.confirmations.redeem(call, call.confirmation);
    return (await call.isAgreed?.()) ?? false;
  }
}

/** Adds the request of an attempt to an error after its response, such as a failed token refresh. */
async function attachRequestOnError<T>({ request }: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignInRequiredError) throw error;
    throw attachRequest(request, error);
  }
}

async function buildRequest(call: Call): Promise<BuiltRequest> {
  try {
    const { args, notices } = await call.checkArguments(call.arguments);
    const shown = call.fixedArguments ? withoutFixed(notices, call.fixedArguments) : notices;
    return call.operation.build({ args, notices: shown });
  } catch (error) {
    // Imports leave out such operations; the document was stored before they did.
    if (error instanceof InvalidDocumentError) throw new CountersignError('operation_not_found', error.message);
    if (!(error instanceof InvalidArgumentsError)) throw error;
    const errors = inArguments(
      call.fixedArguments ? hideFixedValues(error.findings, call.fixedArguments) : error.findings,
    );
    throw new CountersignError('invalid_arguments', errors[0]?.message ?? error.message, errors);
  }
}

function callTooLate(): CountersignError {
  return new CountersignError(
    'unavailable',
    'the time of the call passed before its request was sent; try again later',
  );
}

/** Makes pointers into the arguments pointers into the body of the call. */
function inArguments(findings: readonly ArgumentFinding[]): ArgumentFinding[] {
  return findings.map(({ pointer, message }) => ({ pointer: `/arguments${pointer}`, message }));
}
