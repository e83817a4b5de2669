import { Injectable } from '@nestjs/common';
import { CountersignError, logFailure, Logger, onClose } from '../../common/index.js';
import { Calls, type Call, type CallOutcome, type CompletedDto, type EndedCall } from '../../dispatch/index.js';
import { applyLimit, Limits, RateLimitedError } from '../../limits/index.js';
import { SignInsService } from '../../sign-ins/index.js';
import { TenantsService } from '../../tenants/index.js';
import { completedResult, failedResult } from '../../tool-calls/index.js';
import { Agreements } from '../confirmation-page/agreements.js';
import { readAnswer } from '../elicitation/answers.js';
import { ProtocolError } from '../elicitation/protocol-error.js';
import { confirmationForm } from '../elicitation/questions.js';
import { RequestStates, type RequestState } from '../elicitation/request-state.js';
import { AskUser, notMade, QUESTION } from './ask-user.js';
import { callToolResult, structuredContent } from './call-result.js';
import type { Exchange, ToolCall, ToolOutcome } from './exchange.js';
import { WaitTimes } from './wait-times.js';

/** How a call is made after its user was asked. */
interface Attempt {
  /** The token of a confirmation that the user gave. */
  confirmation?: string;
  /** The number of questions so far. */
  round: number;
}

/** Calls tools for MCP clients: from the parameters of `tools/call` to its result, or to a question for the user. */
@Injectable()
export class CallTool {
  constructor(
    private readonly calls: Calls,
    private readonly signIns: SignInsService,
    private readonly tenants: TenantsService,
    private readonly limits: Limits,
    private readonly states: RequestStates,
    private readonly agreements: Agreements,
    private readonly ask: AskUser,
    private readonly times: WaitTimes,
    private readonly logger: Logger,
  ) {}

  /**
   * @throws {ProtocolError} -32602: there is no such tool, or `requestState` is invalid; -32042: the user has to open a URL
   * @throws {CountersignError} `rate_limited`, `not_found`, `internal`; other failures are results, which a model can act on
   */
  async call(exchange: Exchange, tool: ToolCall): Promise<ToolOutcome> {
    const { gptId, principal, reply } = exchange;
    const { user, caller } = principal;
    const { name, args, requestState } = tool;
    if (user !== undefined) applyLimit(reply, await this.limits.take('user', `${caller.tenantId} ${user}`));
    if (requestState === undefined) return this.run(exchange, tool, { round: 0 });
    const state = await this.states.open({ gptId, principal, name, args }, requestState);
    return this.resume(exchange, tool, state);
  }

  /** Continues a call whose user was asked for something. */
  private async resume(exchange: Exchange, tool: ToolCall, state: RequestState): Promise<ToolOutcome> {
    const { round } = state;
    const answer = readAnswer(tool.inputResponses[QUESTION], state.for === 'form');
    if (answer !== undefined && answer !== 'accept') return notMade();
    if (state.for === 'form') {
      const confirmation = answer === 'accept' ? state.token : undefined;
      return this.run(exchange, tool, { confirmation, round });
    }
    // `accept` means that the user has agreed to open the link, not that it is done.
    if (await this.isStillOpen(exchange, state, answer === 'accept' ? this.times.linkMs : 0)) {
      const { round: _, ...waiting } = state;
      return this.ask.open(exchange, tool, waiting, round + 1);
    }
    return this.run(exchange, tool, { round });
  }

  private async isStillOpen(
    { principal, signal }: Exchange,
    state: Exclude<RequestState, { for: 'form' }>,
    waitMs: number,
  ): Promise<boolean> {
    if (state.for === 'page')
      return this.agreements.waitForAnswer(state.ticket, principal.caller, [signal, AbortSignal.timeout(waitMs)]);
    try {
      const { status } = await this.signIns.get(principal.caller, state.signInId, waitMs / 1000, signal);
      return status === 'pending' || status === 'awaiting_verification';
    } catch (error) {
      // The sign-in was deleted, so the call gets another.
      if (error instanceof CountersignError && error.code === 'not_found') return false;
      throw error;
    }
  }

  private async run(exchange: Exchange, tool: ToolCall, attempt: Attempt): Promise<ToolOutcome> {
    const { principal, gptId, signal, reply } = exchange;
    const body = {
      operation_id: tool.name,
      arguments: tool.args,
      ...(principal.user !== undefined && { user: principal.user }),
      ...(attempt.confirmation !== undefined && { confirmation: attempt.confirmation }),
    };
    let ended: EndedCall;
    try {
      const isAgreed = (call: Call) => this.isAgreed(exchange, call);
      ended = await this.calls.run(principal.caller, gptId, body, { signal, isAgreed });
    } catch (error) {
      return this.failed(exchange, tool, error);
    }
    const { call, outcome } = ended;
    if (outcome.outcome === 'completed') {
      // The response occupies the call's memory until it has been sent.
      onClose(reply, () => call.memory.end());
      return this.completed(exchange, outcome);
    }
    call.memory.end();
    return this.askFor(exchange, tool, { call, outcome }, attempt.round + 1);
  }

  private async askFor(
    exchange: Exchange,
    tool: ToolCall,
    { call, outcome }: { call: Call; outcome: Exclude<CallOutcome, CompletedDto> },
    round: number,
  ): Promise<ToolOutcome> {
    const { client, elicit } = exchange;
    if (outcome.outcome === 'sign_in_required') return this.ask.signIn(exchange, tool, outcome.sign_in, round);
    const { confirmation } = outcome;
    if (client.era === 'stateless' && client.elicitation.form)
      return this.ask.form(exchange, tool, confirmation, round);
    if (!elicit) return this.ask.page(exchange, tool, { call, confirmation }, round);
    const hasModes = client.version >= '2025-11-25';
    const answer = await elicit(confirmationForm(confirmation, tool.args, hasModes));
    if (answer !== 'accept') return notMade();
    return this.run(exchange, tool, { confirmation: confirmation.token, round });
  }

  /** Whether a consequential call may be made without a question: the client asks by itself, or the user has agreed on a page. */
  private async isAgreed({ settings, client, elicit, principal }: Exchange, call: Call): Promise<boolean> {
    const { tenantId } = principal.caller;
    if (settings.confirmation === 'client')
      if (call.canAlwaysAllow || (await this.tenants.allowsSkippingConfirmation(tenantId))) return true;
    const hasForm = elicit !== undefined || (client.era === 'stateless' && client.elicitation.form);
    return !hasForm && this.agreements.redeem(call, principal);
  }

  private completed({ settings }: Exchange, outcome: CompletedDto): ToolOutcome {
    const structured = settings.structuredContent ? structuredContent(outcome) : undefined;
    const result = callToolResult(completedResult(outcome), outcome.call_id);
    return { type: 'complete', result: { ...result, ...(structured && { structuredContent: structured }) } };
  }

  private failed({ request }: Exchange, { name }: ToolCall, error: unknown): ToolOutcome {
    if (!(error instanceof CountersignError) || error instanceof RateLimitedError) throw error;
    const { code } = error;
    if (code === 'internal' || code === 'not_found') throw error;
    if (code === 'operation_not_found' || code === 'ambiguous_operation')
      throw ProtocolError.invalidParams(`unknown tool: ${name}`);
    logFailure(this.logger, error, request.id);
    return { type: 'complete', result: callToolResult(failedResult(error)) };
  }
}
