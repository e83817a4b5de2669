import type { Action } from '../../actions/index.js';
import type { SignIn, SignInStatus } from '../sign-in.entity.js';

/** A sign-in and the action that it is for. */
export interface SignInWithAction {
  signIn: SignIn;
  action: Action;
}

/** The end of a sign-in. */
export interface Ending {
  status: Exclude<SignInStatus, 'pending' | 'awaiting_verification'>;
  code?: string;
  message?: string;
  connectionId?: string;
}
