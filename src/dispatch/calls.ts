import { Injectable } from '@nestjs/common';
import type { TenantCaller } from '../common/index.js';
import { type Credential, Credentials, SignInRequiredError } from '../credentials/index.js';
import type { CallDto, CallOutcome } from './call.dto.js';
import type { Call } from './call.js';
import { Dispatcher } from './dispatcher.js';

/** How a call is run. */
export interface CallOptions {
  /** Aborts the call. */
  signal?: AbortSignal;
  /** See {@link Call.beforeSend}. */
  beforeSend?: (call: Call) => Promise<void>;
  /** Replaces the authentication of the call, which it is given. */
  authenticate?: (call: Call, authenticate: () => Promise<Credential>) => Promise<Credential>;
  /** See {@link Call.isAgreed}. */
  isAgreed?: (call: Call) => Promise<boolean>;
}

/** A call that has ended. */
export interface EndedCall {
  outcome: CallOutcome;
  /** Its memory has to be released when the outcome has been sent. */
  call: Call;
}

/** Runs calls of entrances whose requests are not guarded call by call. `POST …/call` has guards instead. */
@Injectable()
export class Calls {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly credentials: Credentials,
  ) {}

  /**
   * Runs a call from its plan to its outcome. Rate limits are up to the entrance.
   *
   * @throws {CountersignError} as `Dispatcher.plan`, `Credentials.authenticate` and `Dispatcher.dispatch`; the call's memory is released
   */
  async run(caller: TenantCaller, gptId: string, request: CallDto, options: CallOptions = {}): Promise<EndedCall> {
    const { signal, beforeSend, authenticate, isAgreed } = options;
    const call = await this.dispatcher.plan(caller, gptId, request, { signal });
    if (beforeSend) call.beforeSend = () => beforeSend(call);
    if (isAgreed) call.isAgreed = () => isAgreed(call);
    try {
      return { call, outcome: await this.outcomeOf(call, authenticate) };
    } catch (error) {
      call.memory.end();
      throw error;
    }
  }

  private async outcomeOf(call: Call, authenticate: CallOptions['authenticate']): Promise<CallOutcome> {
    const own = () => this.credentials.authenticate(call);
    try {
      const credential = await (authenticate?.(call, own) ?? own());
      return await this.dispatcher.dispatch(call, credential);
    } catch (error) {
      if (error instanceof SignInRequiredError) return this.dispatcher.signInRequired(call, error);
      throw error;
    }
  }
}
