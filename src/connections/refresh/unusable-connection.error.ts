/** A connection that cannot be renewed as it is stored: its provider need not be asked. */
export class UnusableConnectionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableConnectionError';
  }
}
