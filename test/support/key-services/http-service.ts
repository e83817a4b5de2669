import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { KeyService, type ServiceResponse } from './service.js';

/** A key service that speaks JSON over HTTP. */
export abstract class HttpKeyService extends KeyService {
  readonly requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  protected readonly contentType: string = 'application/json';

  constructor() {
    super(createServer((request, response) => void this.serve(request, response)));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected abstract respond(path: string, headers: IncomingMessage['headers'], body: string): ServiceResponse;

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    this.requests.push({ path: request.url ?? '', headers: request.headers, body });
    if (this.fault === 'silent') return;
    if (this.fault === 'drip') {
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
      return;
    }
    const { status, body: content } = this.fault ?? this.respond(request.url ?? '', request.headers, body);
    response.writeHead(status, { 'content-type': this.contentType }).end(JSON.stringify(content));
  }
}
