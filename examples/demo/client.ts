import { transcript } from './transcript.js';

export type Json = { [key: string]: unknown };

/** Calls Countersign with one key and prints each request and response. */
export class DemoClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** @throws {Error} the status of the response is not one of `expected` */
  async send<T = Json>(method: string, path: string, body?: object, expected = [200, 201, 204]): Promise<T> {
    transcript.sent(method, path, body && printable(body));
    const response = await fetch(this.url + path, {
      method,
      headers: { 'x-api-key': this.key, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const result = (text === '' ? {} : JSON.parse(text)) as T;
    transcript.received(response.status, printable(result as object));
    if (!expected.includes(response.status))
      throw new Error(`${method} ${path} responded with ${response.status}: ${text}`);
    return result;
  }
}

/** Replaces secrets, and documents, which are long. */
function printable(value: object): object {
  const hidden = new Set(['key', 'api_key', 'client_secret', 'token', 'confirmation']);
  const text = JSON.stringify(value, (name, inner: unknown) => {
    if (name === 'openapi') return '(the document)';
    return hidden.has(name) && typeof inner === 'string' ? '…' : inner;
  });
  return JSON.parse(text) as object;
}
