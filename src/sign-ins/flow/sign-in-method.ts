import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import type { Prompt } from '../pages/sign-in-page.js';
import type { Explanation, Mistake } from '../../pages/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import type { TraceLog } from '../../traces/index.js';
import type { CallbackParameters } from './callback-parameters.js';
import type { Ending, SignInWithAction } from './sign-in-with-action.js';

/** What a flow began with and was given, whatever becomes of the action in between. Sealed while it is kept. */
export interface Flow<Memory = unknown> {
  /** Of which method it is: the action may have another one by the time that it is gone on with. */
  type?: string;
  /** The method's own. */
  memory: Memory;
  /** What the user brought: an authorization code, or a key of their own. */
  given?: string;
}

/** What the page says and asks before the button; the words are in `pages/texts`. */
export interface MethodPage {
  /** What happens at the button. */
  explanation: Explanation;
  scopes: string[];
  prompts: Prompt[];
  /** An origin besides https ones to which the page's form leads in the end. */
  leadsTo?: string;
}

/** Where the button led: away with a state to come back with, to something given at once, or to the same page again. */
export type Begun = { flow: Flow; state: string; redirect: string } | { flow: Flow } | { again: Mistake };

/** How the users of an authentication schema give what their connections keep. One for each schema with which users sign in. */
export interface SignInMethod {
  /** Whether an action with that schema has its users sign in. */
  serves(action: Action): boolean;

  page(action: Action): MethodPage;
  /** The button was pressed. @param form what the prompts were answered with */
  begin(found: SignInWithAction, form: Record<string, string>, log: TraceLog): Promise<Begun>;
  /** A browser came back from where the button led, with the state it was sent with. @returns what it brought, or how it ended */
  receive(flow: Flow, parameters: CallbackParameters, log: TraceLog): { given: string } | Ending;
  /** Turns what was given into tokens, once it is known whose they are. @throws {TokenError} */
  grant(flow: Flow, log: TraceLog): Promise<GrantedTokens>;
}

/** The methods, by the schemas they are for. */
@Injectable()
export class SignInMethods {
  private readonly byType = new Map<string, SignInMethod>();

  /** @param type the authentication schema whose users sign in by the method */
  register(type: string, method: SignInMethod): void {
    this.byType.set(type, method);
  }

  /** @returns `undefined` where the action has been given a schema with which its users do not sign in */
  of(action: Action): SignInMethod | undefined {
    const method = this.byType.get(action.authType);
    return method?.serves(action) ? method : undefined;
  }

  /** The method that goes on with a flow. @returns `undefined` where the action has got another one since it began */
  goingOn(action: Action, { type = action.authType }: Flow): SignInMethod | undefined {
    return type === action.authType ? this.of(action) : undefined;
  }
}
