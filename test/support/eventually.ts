const PAUSE_MS = 20;

/** Polls until the condition holds. @throws after the timeout, with the last value */
export async function eventually<T>(
  read: () => Promise<T> | T,
  isExpected: (value: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isExpected(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms; last value: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
