import { jest } from '@jest/globals';
import { SignInStore } from '../../src/sign-ins/flow/sign-in-store.js';
import type { TestApp } from './app.js';

/** Blocks reads of a sign-in until so many readers have read it, which forces their race. @returns a function that restores the store */
export function synchronizeReads(app: TestApp, by: 'byState' | 'byId' | 'byTicket', readers: number): () => void {
  const rows = app.get(SignInStore);
  const read = rows[by].bind(rows);
  let open = () => {};
  const meeting = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  const spy = jest.spyOn(rows, by).mockImplementation(async (key) => {
    const found = await read(key);
    if (++arrived === readers) open();
    await meeting;
    return found;
  });
  return () => spy.mockRestore();
}
