/**
 * Waits for a result, but not for longer than a time. The work goes on; a later result, or failure, is dropped.
 *
 * @param onTimeout returns the result in its place, or throws
 */
export function withTimeout<T, U>(work: Promise<T>, milliseconds: number, onTimeout: () => U): Promise<T | U> {
  return new Promise((resolve, reject) => {
    const expire = () => {
      try {
        resolve(onTimeout());
      } catch (error) {
        reject(error as Error);
      }
    };
    const timer = setTimeout(expire, Math.max(0, milliseconds));
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Waits for a result until a deadline.
 *
 * @param deadline milliseconds since the epoch
 * @param onPassed returns the error of a deadline that passed
 */
export function beforeDeadline<T>(work: Promise<T>, deadline: number, onPassed: () => Error): Promise<T> {
  return withTimeout(work, deadline - Date.now(), (): never => {
    throw onPassed();
  });
}
