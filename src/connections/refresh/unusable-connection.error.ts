/** A connection that cannot be refreshed because of its stored data. No request is made to the provider. */
export class UnusableConnectionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableConnectionError';
  }
}
