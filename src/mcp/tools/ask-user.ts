import { Injectable } from '@nestjs/common';
import type { Call, Confirmation } from '../../dispatch/index.js';
import { textResult } from '../../tool-calls/index.js';
import type { SignInOfferDto } from '../../sign-ins/index.js';
import { Agreements } from '../confirmation-page/agreements.js';
import { RPC_CODES } from '../../mcp-protocol/index.js';
import { ProtocolError } from '../elicitation/protocol-error.js';
import { confirmationForm, urlQuestion } from '../elicitation/questions.js';
import { MAX_ROUNDS, RequestStates, type Waiting } from '../elicitation/request-state.js';
import { callToolResult } from './call-result.js';
import type { Exchange, ToolCall, ToolOutcome } from './exchange.js';

/** The name of the only question of a call. */
export const QUESTION = 'countersign';

/** Asks the user of a call to sign in or to confirm, in the way that the client supports. */
@Injectable()
export class AskUser {
  constructor(
    private readonly states: RequestStates,
    private readonly agreements: Agreements,
  ) {}

  /**
   * Asks the user to sign in.
   *
   * @param round the number of questions so far, with this one
   * @throws {ProtocolError} -32042
   */
  signIn(exchange: Exchange, tool: ToolCall, offer: SignInOfferDto, round: number): Promise<ToolOutcome> {
    const { id: signInId, url, domain } = offer;
    return this.open(exchange, tool, { for: 'sign_in', signInId, url, domain }, round);
  }

  /** Asks the user with a form to confirm a call, and has the client repeat it. */
  async form(exchange: Exchange, tool: ToolCall, confirmation: Confirmation, round: number): Promise<ToolOutcome> {
    if (round > MAX_ROUNDS) return tooOften('The user has not confirmed the call');
    const params = confirmationForm(confirmation, tool.args, true);
    return this.inputRequired(exchange, tool, params, { for: 'form', token: confirmation.token }, round);
  }

  /** Asks the user on a page to confirm a call. @throws {ProtocolError} -32042 */
  async page(
    exchange: Exchange,
    tool: ToolCall,
    { call, confirmation }: { call: Call; confirmation: Confirmation },
    round: number,
  ): Promise<ToolOutcome> {
    const asked = await this.agreements.ask(call, confirmation, exchange.principal);
    if (asked === 'declined') return notMade();
    return this.open(exchange, tool, { for: 'page', ...asked, domain: confirmation.domain }, round);
  }

  /** Asks the user to open a link. */
  async open(
    exchange: Exchange,
    tool: ToolCall,
    waiting: Exclude<Waiting, { for: 'form' }>,
    round: number,
  ): Promise<ToolOutcome> {
    const { client } = exchange;
    const { url } = waiting;
    if (!client.elicitation.url) return complete(linkText(waiting));
    if (round > MAX_ROUNDS) return tooOften(linkText(waiting));
    const question = urlQuestion(questionText(waiting), url);
    if (client.era === 'stateless') return this.inputRequired(exchange, tool, question, waiting, round);
    const elicitationId = waiting.for === 'sign_in' ? waiting.signInId : url.slice(url.lastIndexOf('/') + 1);
    const data = { elicitations: [{ ...question, elicitationId }] };
    throw new ProtocolError(RPC_CODES.urlElicitationRequired, questionText(waiting), 200, data);
  }

  private async inputRequired(
    { gptId, principal }: Exchange,
    { name, args }: ToolCall,
    params: object,
    waiting: Waiting,
    round: number,
  ): Promise<ToolOutcome> {
    const requestState = await this.states.seal({ gptId, principal, name, args }, { ...waiting, round });
    const inputRequests = { [QUESTION]: { method: 'elicitation/create', params } };
    return { type: 'input_required', result: { inputRequests, requestState } };
  }
}

/** The result of a call that the user does not want, or has not confirmed. */
export function notMade(): ToolOutcome {
  return complete(
    'The call was not made: the user did not agree to it. Do not try it again unless the user asks for it.',
  );
}

function tooOften(text: string): ToolOutcome {
  return complete(
    `${text}\nThe user was asked ${MAX_ROUNDS} times. Wait until the user says that it is done, then call the tool again.`,
  );
}

function complete(text: string): ToolOutcome {
  return { type: 'complete', result: callToolResult(textResult(text, true)) };
}

function questionText({ for: what, domain }: Exclude<Waiting, { for: 'form' }>): string {
  return what === 'sign_in' ? `Sign in to ${domain} to continue` : `Confirm the call to ${domain} to continue`;
}

function linkText({ for: what, domain, url }: Exclude<Waiting, { for: 'form' }>): string {
  return what === 'sign_in'
    ? `The call was not made: the user has to sign in to ${domain} first. Ask the user to open this link, and call the tool again afterwards: ${url}`
    : `The call was not made: the user has to agree to it first. Ask the user to open this link, and make exactly the same call again afterwards: ${url}`;
}
