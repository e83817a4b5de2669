import { CountersignError } from '../common/index.js';
import type { PlannedCall } from './credential.js';

/** Whose credential a call needs. @throws {CountersignError} `user_required` */
export function neededUser({ user }: PlannedCall): string {
  if (user !== undefined) return user;
  const errors = [{ pointer: '/user', message: 'user is missing' }];
  throw new CountersignError('user_required', 'this operation acts for a user: say for which', errors);
}
