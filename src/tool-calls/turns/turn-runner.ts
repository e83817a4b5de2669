import { Injectable } from '@nestjs/common';
import { OperationPlans } from '../../actions/index.js';
import { CountersignError, Logger, newId, toCountersignError } from '../../common/index.js';
import { Calls, type Call } from '../../dispatch/index.js';
import type { ToolCall } from '../requests/read-tool-calls.js';
import { completedResult, failedResult, textResult } from '../results/model-result.js';
import { ToolCallResults, type Known, type ResultKey } from '../store/tool-call-results.js';
import type { SettledCall } from './settled-call.js';
import { SharedSignIns } from './shared-sign-ins.js';
import { resultKey, type Turn } from './turn.js';

/** The call is being made by another request, or was made by one. */
class AlreadyStartedError extends Error {
  constructor(
    readonly key: ResultKey,
    readonly callId: string,
  ) {
    super('the call was started by another request');
    this.name = 'AlreadyStartedError';
  }
}

/** A call of a turn that can be repeated, from its start. */
interface Attempt {
  key?: ResultKey;
  /** The id of the call once that it is about to be sent was stored. */
  startedAs?: string;
}

/** Runs the calls of a turn, all at once. */
@Injectable()
export class TurnRunner {
  constructor(
    private readonly calls: Calls,
    private readonly plans: OperationPlans,
    private readonly results: ToolCallResults,
    private readonly logger: Logger,
  ) {}

  /**
   * Runs the calls of a turn, except those that were made before. A call that fails has a result that says why.
   *
   * @throws {CountersignError} `unavailable`: it cannot be read which calls were made before
   */
  async run(turn: Turn): Promise<SettledCall[]> {
    const { id, calls, caller } = turn;
    const keys = calls.map((call) => (id === undefined ? undefined : resultKey(turn, id, call)));
    const known = await this.results.find(
      caller.tenantId,
      keys.flatMap((key) => (key ? [key.id] : [])),
    );
    const signIns = new SharedSignIns();
    return Promise.all(
      calls.map((call, index) => {
        const key = keys[index];
        const before = key && known.get(key.id);
        return before ? this.answer(turn, call, before) : this.settle(turn, call, { key }, signIns);
      }),
    );
  }

  /** Answers a call that was sent before. The key that sends it now may be restricted to other operations. */
  private async answer(turn: Turn, call: ToolCall, before: Known): Promise<SettledCall> {
    const { caller, gptId } = turn;
    if (caller.operationIds === undefined) return knownCall(call, before);
    try {
      await this.plans.plan(caller.tenantId, { gptId, operationId: call.name, allowed: caller.operationIds });
      return knownCall(call, before);
    } catch (error) {
      return this.failed(turn, call, {}, toCountersignError(error));
    }
  }

  private async settle(turn: Turn, call: ToolCall, attempt: Attempt, signIns: SharedSignIns): Promise<SettledCall> {
    if (turn.declined.has(call.id)) return { ...resultOf(call, DECLINED, false), unstoredAs: newId('call') };
    if (call.problem !== undefined) {
      return this.failed(turn, call, attempt, new CountersignError('invalid_arguments', call.problem));
    }
    try {
      return await this.make(turn, call, attempt, signIns);
    } catch (error) {
      if (error instanceof AlreadyStartedError) return this.startedBefore(call, error);
      return this.failed(turn, call, attempt, toCountersignError(error));
    }
  }

  private async make(turn: Turn, call: ToolCall, attempt: Attempt, signIns: SharedSignIns): Promise<SettledCall> {
    const { key } = attempt;
    const request = {
      operation_id: call.name,
      arguments: call.arguments as Record<string, unknown>,
      user: turn.user,
      conversation_id: turn.conversationId,
      confirmation: turn.confirmations.get(call.id),
      return_url: turn.returnUrl,
      show_request: turn.showsOutcomes,
    };
    const ended = await this.calls.run(turn.caller, turn.gptId, request, {
      signal: signalOf(turn, attempt),
      beforeSend: key && ((planned) => this.start(attempt, key, planned)),
      authenticate: (planned, authenticate) => signIns.authenticate(planned, authenticate),
    });
    const { outcome } = ended;
    if (outcome.outcome !== 'completed') {
      ended.call.memory.end();
      // The upstream refused the credential, so that nothing was done.
      if (key && attempt.startedAs !== undefined) await this.results.cancel(key);
      return { call, is: 'pending', wait: outcome };
    }
    const result = completedResult(outcome);
    if (key) await this.keep(key, outcome.call_id, result);
    const unstoredAs = key ? undefined : outcome.call_id;
    return { call, is: 'result', result, made: { ...ended, outcome }, unstoredAs };
  }

  private async start(attempt: Attempt, key: ResultKey, planned: Call): Promise<void> {
    if (!(await this.results.start(key, planned.id))) throw new AlreadyStartedError(key, planned.id);
    attempt.startedAs = planned.id;
  }

  private async startedBefore(call: ToolCall, { key, callId }: AlreadyStartedError): Promise<SettledCall> {
    const known = (await this.results.find(key.tenantId, [key.id])).get(key.id);
    return knownCall(call, known ?? { is: 'running', callId });
  }

  private async failed(turn: Turn, call: ToolCall, attempt: Attempt, error: CountersignError): Promise<SettledCall> {
    if (UNKNOWN_TOOL.has(error.code)) {
      if (turn.skipsUnknown) return { call, is: 'skipped' };
      return { ...resultOf(call, `There is no tool named "${call.name}".`), error };
    }
    if (error.code === 'internal') this.logger.error({ err: error }, 'a tool call failed');
    const result = failedResult(error);
    const { key, startedAs } = attempt;
    // It was sent, or may have been, so that it must not be sent again.
    if (key && startedAs !== undefined) await this.keep(key, startedAs, result);
    return { call, is: 'result', result, error };
  }

  /** The call was made, so its result is returned even if it cannot be stored. If the turn is repeated, its outcome is unknown then. */
  private async keep(key: ResultKey, callId: string, result: Parameters<ToolCallResults['end']>[2]): Promise<void> {
    await this.results.end(key, callId, result).catch((err: unknown) => {
      this.logger.error({ err, call_id: callId }, 'the result of a tool call cannot be stored');
    });
  }
}

/** What a key that is restricted to other operations sees as well. */
const UNKNOWN_TOOL: ReadonlySet<string> = new Set(['operation_not_found', 'ambiguous_operation']);

const DECLINED = 'The user declined this call. Nothing was called.';

const OUTCOME_UNKNOWN =
  'The outcome of this call is unknown: the server stopped while it was made. It may or may not have had an effect. Check before you call again.';

function knownCall(call: ToolCall, known: Known): SettledCall {
  const { callId } = known;
  if (known.is === 'ended') return { call, is: 'result', result: known.result };
  if (known.is === 'running') return { call, is: 'pending', wait: { outcome: 'in_progress', call_id: callId } };
  return resultOf(call, OUTCOME_UNKNOWN);
}

function resultOf(call: ToolCall, text: string, isError = true) {
  return { call, is: 'result' as const, result: textResult(text, isError) };
}

/** A client that disconnects aborts its calls. One that can ask again aborts only what has not been sent: the result of the rest is kept. */
function signalOf({ signal }: Turn, attempt: Attempt): AbortSignal {
  if (!attempt.key) return signal;
  const controller = new AbortController();
  const abort = () => {
    if (attempt.startedAs === undefined) controller.abort();
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
