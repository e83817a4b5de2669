import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface ServiceResponse {
  status: number;
  body: unknown;
}

/** A key service on loopback that really encrypts, and can be made to fail. */
export abstract class KeyService {
  /** A simulated fault: a fixed response, no response, or a response sent byte by byte. */
  fault: ServiceResponse | 'silent' | 'drip' | undefined;
  protected readonly keys = [randomBytes(32)];
  protected port = 0;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Adds a key version. */
  rotate(): void {
    this.keys.push(randomBytes(32));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Stops the service; `listen` restarts it on the same port. */
  async stop(): Promise<void> {
    this.disconnect();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Closes every connection. */
  disconnect(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  protected seal(version: number, plaintext: Buffer, context: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.keys[version - 1] as Buffer, nonce, { authTagLength: 16 });
    cipher.setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** @returns `undefined` if decryption fails */
  protected unseal(version: number, sealed: Buffer, context: string): Buffer | undefined {
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
}
