import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServiceAnswer {
  status: number;
  body: unknown;
}

/** A key service on loopback that really encrypts, and can be made to fail. */
export abstract class KeyService {
  readonly requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  /** What it does in place of answering: an answer of its own, silence, or one byte now and then. */
  trouble: ServiceAnswer | 'silent' | 'drip' | undefined;
  protected readonly keys = [randomBytes(32)];
  private readonly server: Server;
  private port = 0;

  constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Its key gets another version. */
  rotate(): void {
    this.keys.push(randomBytes(32));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** It is gone; `listen` brings it back on the same port. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected abstract answer(path: string, headers: IncomingMessage['headers'], body: string): ServiceAnswer;

  protected seal(version: number, plaintext: Buffer, context: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.keys[version - 1] as Buffer, nonce, { authTagLength: 16 });
    cipher.setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** @returns nothing where it does not open */
  protected open(version: number, sealed: Buffer, context: string): Buffer | undefined {
    const key = this.keys[version - 1];
    if (!key || sealed.length < 28) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    this.requests.push({ path: request.url ?? '', headers: request.headers, body });
    if (this.trouble === 'silent') return;
    if (this.trouble === 'drip') {
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
      return;
    }
    const { status, body: answer } = this.trouble ?? this.answer(request.url ?? '', request.headers, body);
    response.writeHead(status, { 'content-type': this.contentType }).end(JSON.stringify(answer));
  }

  protected readonly contentType: string = 'application/json';
}
