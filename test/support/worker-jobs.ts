/* Jobs for the tests of worker threads. */

export function double({ value }: { value: number }): number {
  return 2 * value;
}

export function fail({ message }: { message: string }): never {
  throw new Error(message);
}

export function runForever(): void {
  for (;;);
}

export function useMemory(): number {
  const kept: object[] = [];
  for (;;) kept.push({ value: kept.length });
}

export function readEnvironment(): string[] {
  return Object.keys(process.env);
}

export function lengthOf({ bytes }: { bytes: Uint8Array<ArrayBuffer> }): number {
  return bytes.length;
}
