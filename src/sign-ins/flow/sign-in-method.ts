import { Injectable } from '@nestjs/common';
import type { Action } from '../../actions/index.js';
import type { Explanation, FormError, PromptName } from '../../pages/index.js';
import type { GrantedTokens } from '../../oauth/index.js';
import type { TraceLog } from '../../traces/index.js';
import type { CallbackParameters } from './callback-parameters.js';
import type { SignInResult, SignInWithAction } from './sign-in-with-action.js';

/** Data of a started sign-in. It stays the same if the action is edited meanwhile, and is stored sealed. */
export interface Flow<Context = unknown> {
  /** The authentication schema whose method started the flow. The action may have a different one by now. */
  type?: string;
  /** Data of the method, such as the client registration and the PKCE verifier. */
  context: Context;
  /** The authorization code or the user's API key, once received. */
  grant?: string;
}

/** An input field of the sign-in page. */
export interface Prompt {
  name: PromptName;
  isSecret: boolean;
  isRequired: boolean;
}

/** Content of the sign-in page that depends on the method. The texts are in `pages/texts`. */
export interface MethodPage {
  /** Key of the text that explains what the button does. */
  explanation: Explanation;
  scopes: string[];
  prompts: Prompt[];
  /** How users get the values of the prompts. */
  help?: { text?: string; url?: string };
  /** Origin that the form redirects to; needed for origins that are not https. */
  formTarget?: string;
}

/** Result of pressing the button: a redirect, a grant that was received at once, or a form to correct. */
export type StartedFlow = { flow: Flow; state: string; redirect: string } | { flow: Flow } | { retry: FormError };

/** The grant of a callback. */
export interface ReceivedGrant {
  grant: string;
  context?: unknown;
}

/** One way for users to sign in. Each authentication schema with user sign-in has one. */
export interface SignInMethod {
  /** Returns whether users of the action sign in. */
  isUsedBy(action: Action): boolean;

  /**
   * Returns the content of the sign-in page.
   *
   * @param scope the scope that the sign-in requests instead of the schema's
   */
  page(action: Action, scope?: string): MethodPage;

  /**
   * Starts a flow after the user pressed the button.
   *
   * @param form the values of the prompts
   * @param unfinished the flow that the same browser started before; with the same settings, its request can be sent again
   */
  start(found: SignInWithAction, form: Record<string, string>, log: TraceLog, unfinished?: Flow): Promise<StartedFlow>;

  /**
   * Reads the callback of a browser whose state was valid. Returns the grant, with a new context if it changes, or the result if the sign-in
   * has ended.
   */
  readCallback(flow: Flow, parameters: CallbackParameters, log: TraceLog): ReceivedGrant | SignInResult;

  /**
   * Exchanges the grant for tokens.
   *
   * @throws {TokenError} the provider granted no usable token
   */
  exchange(flow: Flow, log: TraceLog): Promise<GrantedTokens>;
}

/** Registry of sign-in methods by authentication schema. */
@Injectable()
export class SignInMethods {
  private readonly byType = new Map<string, SignInMethod>();

  /** @param type the authentication schema whose users sign in with the method */
  register(type: string, method: SignInMethod): void {
    this.byType.set(type, method);
  }

  /** Returns the method of the action; `undefined` if its users do not sign in. */
  forAction(action: Action): SignInMethod | undefined {
    const method = this.byType.get(action.authType);
    return method?.isUsedBy(action) ? method : undefined;
  }

  /** Returns the method that can resume a flow; `undefined` if the action's schema has changed since the flow started. */
  resume(action: Action, { type = action.authType }: Flow): SignInMethod | undefined {
    return type === action.authType ? this.forAction(action) : undefined;
  }
}
