import { move, transferableSymbol, valueSymbol } from 'piscina';

/**
 * Returns the result of a job so that buffers in it are moved to the main thread instead of copied.
 *
 * @param arrays the arrays in the result, each the only one with its buffer (see `transferable`)
 */
export function moved<Result>(result: Result, arrays: readonly Uint8Array<ArrayBuffer>[]): Result {
  const transfer = arrays.map(({ buffer }) => buffer);
  return move({ [transferableSymbol]: transfer, [valueSymbol]: result } as never) as Result;
}
