import { bodyOf, jsonParts, type HttpReply } from '../../common/index.js';
import type { ProtocolError } from '../elicitation/protocol-error.js';
import { EventStream } from './event-stream.js';
import type { RequestId } from './message.js';

/** Writes the response of a request: one JSON text, or a stream of events if the server had to send a message before it. */
export class Responder {
  private stream?: EventStream;

  /** @param id of the request; `null` if it could not be read */
  constructor(
    private readonly reply: HttpReply,
    private readonly id: RequestId | null,
  ) {}

  /** Sends a request of the server before the response. */
  push(message: object): void {
    this.stream ??= new EventStream(this.reply);
    this.stream.send([JSON.stringify(message)]);
  }

  result(result: Record<string, unknown>): void {
    this.send(jsonParts({ jsonrpc: '2.0', id: this.id, result }));
  }

  error(error: ProtocolError): void {
    this.send(jsonParts(errorMessage(this.id, error)), error.status);
  }

  /** Ends the response of a notification, of the client's own response, or of a cancelled request. */
  accepted(): void {
    if (this.stream) this.stream.end();
    else void this.reply.status(202).send();
  }

  private send(parts: readonly (string | Buffer)[], status = 200): void {
    if (this.stream) {
      this.stream.send(parts);
      this.stream.end();
      return;
    }
    void this.reply.status(status).header('content-type', 'application/json; charset=utf-8');
    const body = bodyOf(parts);
    if (typeof body === 'string') return void this.reply.send(body);
    void this.reply.header('content-length', String(body.length)).send(body.stream);
  }
}

/** Returns a JSON-RPC error response. */
export function errorMessage(id: RequestId | null, { code, message, data }: Omit<ProtocolError, 'name' | 'status'>) {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } };
}
