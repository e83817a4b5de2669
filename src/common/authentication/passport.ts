import passport, { type Strategy } from 'passport';

/** How Passport strategies decided: one passed, or each failed with its challenge. */
export type StrategyOutcome<T> = { passed: true; value: T } | { passed: false; challenges: unknown[] };

/**
 * Asks Passport strategies in order, until one passes.
 *
 * Each is asked through an object of its own: Passport hangs the request's `success` and `fail` onto the very instance
 * that it is given, so that of two requests at once one would get the other's answer.
 *
 * @throws what a strategy reports as an error
 */
export function askStrategies<T>(strategies: readonly Strategy[], request: object): Promise<StrategyOutcome<T>> {
  return new Promise((resolve, reject) => {
    const decided = (error: unknown, value: T | false | null | undefined, challenges: unknown[]) => {
      if (error) reject(error as Error);
      else resolve(value ? { passed: true, value } : { passed: false, challenges });
    };
    const own = strategies.map((strategy) => Object.create(strategy) as Strategy);
    // Strategies that only decide never touch the response; the guard that asks does the answering.
    // Passport takes a list of instances; its published types know only a list of names.
    const ask = passport.authenticate(own as unknown as string[], { session: false }, decided) as Ask;
    ask(request, undefined, reject);
  });
}

type Ask = (request: object, response: undefined, next: (error: Error) => void) => void;
