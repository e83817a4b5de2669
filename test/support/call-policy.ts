import { jest } from '@jest/globals';
import { OperationPlans, type CallPolicy } from '../../src/actions/index.js';
import type { TestApp } from './app.js';

/** Gives all calls of an app a policy, until mocks are restored. */
export function setCallPolicy(app: TestApp, policy: Partial<CallPolicy>): void {
  const plans = app.get(OperationPlans);
  const plan = plans.plan.bind(plans);
  jest.spyOn(plans, 'plan').mockImplementation(async (...about) => {
    return { ...(await plan(...about)), policy: { isDisabledPath: () => false, ...policy } };
  });
}
