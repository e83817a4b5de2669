import type { Action } from '../../actions/index.js';
import type { SignIn, SignInStatus } from './sign-in.entity.js';

/** A sign-in and the action that it connects. */
export interface SignInWithAction {
  signIn: SignIn;
  action: Action;
}

/** The result of a finished sign-in. */
export interface SignInResult {
  status: Exclude<SignInStatus, 'pending' | 'awaiting_verification'>;
  code?: string;
  message?: string;
  connectionId?: string;
  /** Whether the database did not accept the result yet. */
  isUnstored?: boolean;
}
