/** A job exceeded the time limit or the heap limit of its thread. The message says which, and continues "cannot be read: ". */
export class WorkerLimitError extends Error {
  override readonly name = 'WorkerLimitError';
}
