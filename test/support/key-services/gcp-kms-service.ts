import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { google } from '@google-cloud/kms/build/protos/protos.js';
import { crc32c } from '../../../src/vault/providers/crc32c.js';
import { KEY, LOOPBACK } from '../certificates.js';
import { GoogleAccount } from './google-account.js';
import { KeyService } from './service.js';

// Imports only the messages: the package itself loads a gRPC client that reads environment variables that are not set yet.
const protos = createRequire(import.meta.url)('@google-cloud/kms/build/protos/protos.js') as { google: typeof google };

const { CryptoKey, DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, GetCryptoKeyRequest } =
  protos.google.cloud.kms.v1;

/** gRPC status codes. */
const CODES = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

type Code = keyof typeof CODES;

/** gRPC codes for the HTTP statuses of simulated faults. A disabled key version is a failed precondition. */
const FAULT_CODES: Readonly<Record<number, Code>> = {
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  403: 'PERMISSION_DENIED',
  400: 'FAILED_PRECONDITION',
};

/** A failed call. */
class GrpcError extends Error {
  constructor(
    readonly code: Code,
    message: string,
  ) {
    super(message);
  }
}

/** A string in field 1000, which no message of the protocol has. */
const unknownField = (text: string) => Buffer.from([0xc2, 0x3e, text.length, ...Buffer.from(text)]);

/** Frames a message: a compression flag and its length come first. */
const framed = (message: Uint8Array) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/**
 * Google Cloud KMS with one key, speaking gRPC over HTTP/2 and TLS, because Google's client sends tokens only over TLS.
 * Frames are written by hand, to be able to send an incomplete message.
 */
export class GcpKmsService extends KeyService {
  readonly name = 'projects/p-test/locations/europe-west3/keyRings/ring/cryptoKeys/countersign';
  account = new GoogleAccount();
  /** Modifies a response before it is sent. */
  modifyResponse: ((response: { [field: string]: unknown }) => void) | undefined;
  /** A status to send instead of every response. */
  private error: GrpcError | undefined;
  calls = 0;
  private readonly arrivals = new EventEmitter();

  constructor() {
    super(createSecureServer({ key: KEY, cert: LOOPBACK }, (request, response) => void this.serve(request, response)));
  }

  static start(): Promise<GcpKmsService> {
    return new GcpKmsService().listen();
  }

  get url(): string {
    return `https://localhost:${this.port}/`;
  }

  /** Returns the environment of a process that calls the service, with its files in that folder. */
  environment(folder: string) {
    const files = { account: join(folder, 'account.json'), roots: join(folder, 'roots.pem') };
    writeFileSync(files.account, this.account.keyFile);
    writeFileSync(files.roots, LOOPBACK);
    return {
      GOOGLE_APPLICATION_CREDENTIALS: files.account,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: this.url,
      // The roots that gRPC trusts, read when it is loaded.
      GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: files.roots,
    };
  }

  failWith(code: Code, message: string): void {
    this.error = new GrpcError(code, message);
  }

  recover(): void {
    this.fault = this.modifyResponse = this.error = undefined;
  }

  /** Waits for the next call. */
  async nextCall(): Promise<void> {
    await once(this.arrivals, 'call');
  }

  private async serve(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.calls += 1;
    this.arrivals.emit('call');
    if (this.fault === 'silent') return;
    const headers = { 'content-type': 'application/grpc' };
    if (this.fault === 'drip') {
      response.writeHead(200, headers).write(framed(Buffer.alloc(1000)).subarray(0, 5));
      const drip = setInterval(() => response.write('\0'), 100);
      response.once('close', () => clearInterval(drip));
      return;
    }
    try {
      const message = framed(this.respond(request, Buffer.concat(parts).subarray(5)));
      response.writeHead(200, headers).write(message);
      response.addTrailers({ 'grpc-status': '0' });
      response.end();
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      const status = { 'grpc-status': CODES[error.code], 'grpc-message': encodeURIComponent(error.message) };
      response.stream.respond({ ...headers, ...status }, { endStream: true });
    }
  }

  private respond({ url, headers }: Http2ServerRequest, message: Buffer): Uint8Array {
    if (this.error) throw this.error;
    if (this.fault) return injectFault(this.fault as Exclude<KeyService['fault'], string | undefined>);
    if (!this.account.isCaller(headers.authorization)) throw new GrpcError('UNAUTHENTICATED', 'invalid credentials');
    switch (url) {
      case '/google.cloud.kms.v1.KeyManagementService/GetCryptoKey':
        this.check(GetCryptoKeyRequest.decode(message).name, headers);
        return CryptoKey.encode(this.modified({ name: this.name, primary: { name: this.version } })).finish();
      case '/google.cloud.kms.v1.KeyManagementService/Encrypt':
        return EncryptResponse.encode(this.modified(this.encrypted(EncryptRequest.decode(message), headers))).finish();
      case '/google.cloud.kms.v1.KeyManagementService/Decrypt':
        return DecryptResponse.encode(this.modified(this.decrypted(DecryptRequest.decode(message), headers))).finish();
      default:
        throw new GrpcError('UNIMPLEMENTED', 'no such method');
    }
  }

  private get version(): string {
    return `${this.name}/cryptoKeyVersions/${this.keys.length}`;
  }

  private encrypted(request: google.cloud.kms.v1.EncryptRequest, headers: Http2ServerRequest['headers']) {
    const { name, plaintext, additionalAuthenticatedData } = request;
    this.check(name, headers);
    const verifiedPlaintextCrc32c = verifyChecksum(plaintext, request.plaintextCrc32c);
    const context = verifyChecksum(additionalAuthenticatedData, request.additionalAuthenticatedDataCrc32c);
    const sealed = this.seal(this.keys.length, bytes(plaintext), bytes(additionalAuthenticatedData).toString());
    const ciphertext = Buffer.concat([Buffer.from([this.keys.length]), sealed]);
    return {
      name: this.version,
      ciphertext,
      ciphertextCrc32c: { value: crc32c(ciphertext) },
      verifiedPlaintextCrc32c,
      verifiedAdditionalAuthenticatedDataCrc32c: context,
    };
  }

  private decrypted(request: google.cloud.kms.v1.DecryptRequest, headers: Http2ServerRequest['headers']) {
    const { name, additionalAuthenticatedData } = request;
    this.check(name, headers);
    verifyChecksum(additionalAuthenticatedData, request.additionalAuthenticatedDataCrc32c);
    verifyChecksum(request.ciphertext, request.ciphertextCrc32c);
    const ciphertext = bytes(request.ciphertext);
    const context = bytes(additionalAuthenticatedData).toString();
    const plaintext = this.unseal(ciphertext[0] ?? 0, ciphertext.subarray(1), context);
    if (!plaintext) throw new GrpcError('INVALID_ARGUMENT', 'Decryption failed: the ciphertext is invalid.');
    return { plaintext, plaintextCrc32c: { value: crc32c(plaintext) } };
  }

  /** @param headers contain the key's name for routing */
  private check(name: string, headers: Http2ServerRequest['headers']): void {
    const isRouted = headers['x-goog-request-params'] === `name=${encodeURIComponent(name)}`;
    if (name !== this.name || !isRouted) throw new GrpcError('NOT_FOUND', 'no such key');
  }

  private modified<T extends object>(response: T): T {
    this.modifyResponse?.(response as { [field: string]: unknown });
    return response;
  }
}

function injectFault({ status, body }: { status: number; body: unknown }): Uint8Array {
  const code = FAULT_CODES[status];
  if (code) throw new GrpcError(code, JSON.stringify(body));
  return unknownField(JSON.stringify(body));
}

/** @returns whether a checksum was sent */
function verifyChecksum(data: Uint8Array | string, checksum: google.protobuf.IInt64Value | null | undefined): boolean {
  if (!checksum) return false;
  if (Number(checksum.value) === crc32c(bytes(data))) return true;
  throw new GrpcError('INVALID_ARGUMENT', 'The checksum did not match the data.');
}

function bytes(data: Uint8Array | string): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data);
}
