import { transcript } from './transcript.js';

export type Json = { [key: string]: unknown };

/** Calls Countersign with one key and prints each request and response. */
export class DemoClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** @throws {Error} the response has another status than `expected` */
  async send<T = Json>(method: string, path: string, body?: object, expected = [200, 201, 204]): Promise<T> {
    transcript.sent(method, path, body && printable(body));
    const response = await fetch(this.url + path, {
      method,
      headers: { 'x-api-key': this.key, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as T;
    transcript.received(response.status, printable(answer as object));
    if (!expected.includes(response.status)) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return answer;
  }
}

/** Replaces documents, which are long, and secrets. */
function printable(value: object): object {
  const hidden = new Set(['key', 'api_key', 'client_secret', 'token', 'confirmation']);
  const text = JSON.stringify(value, (name, inner: unknown) => {
    if (name === 'openapi') return '(the document)';
    return hidden.has(name) && typeof inner === 'string' ? '…' : inner;
  });
  return JSON.parse(text) as object;
}
