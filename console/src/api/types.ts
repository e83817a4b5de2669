import type { components } from './schema';

/** A request or response type, by its name in the API document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** One page of a list. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}
