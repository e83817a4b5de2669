import passport, { type Strategy } from 'passport';

/** The result of running Passport strategies: the first success, or every strategy's challenge. */
export type StrategyOutcome<T> = { passed: true; value: T } | { passed: false; challenges: unknown[] };

/**
 * Runs Passport strategies in order until one succeeds.
 *
 * Each strategy runs as a derived object of its own: Passport attaches the request's `success` and `fail` to the instance it is
 * given, so that concurrent requests would otherwise receive each other's results.
 *
 * @throws the error that a strategy reports
 */
export function runStrategies<T>(strategies: readonly Strategy[], request: object): Promise<StrategyOutcome<T>> {
  return new Promise((resolve, reject) => {
    const onDecision = (error: unknown, value: T | false | null | undefined, challenges: unknown[]) => {
      if (error) reject(error as Error);
      else resolve(value ? { passed: true, value } : { passed: false, challenges });
    };
    const derived = strategies.map((strategy) => Object.create(strategy) as Strategy);
    // No response object: the strategies only decide, and the guard that calls this function responds.
    // Passport accepts a list of instances; its published types only declare a list of names.
    const authenticate = passport.authenticate(derived as unknown as string[], { session: false }, onDecision);
    (authenticate as Middleware)(request, undefined, reject);
  });
}

type Middleware = (request: object, response: undefined, next: (error: Error) => void) => void;
