import { UnsealError } from '../envelope.js';
import { crc32c } from './crc32c.js';
import { CallError, GcpKmsClient } from './gcp-kms-client.js';
import { KeyServiceError, serviceId, VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

const NAME = /^projects\/[\w:.-]+\/locations\/[\w-]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/;

/** A checksum in the protocol: a CRC32C in a 64-bit integer. */
type Checksum = { value?: unknown } | null | undefined;

/**
 * A key of Google Cloud KMS, identified by its name. The context is the additional authenticated data. Google's client finds credentials by
 * itself. Requests and responses carry checksums, as Google recommends, so that data damaged in transit is rejected.
 */
export class GcpKmsKeys implements KeyProvider {
  private readonly id: string;

  private constructor(
    private readonly name: string,
    private readonly client: GcpKmsClient,
  ) {
    this.id = serviceId('gcp-kms', name);
  }

  /** @throws {VaultKeyError} not the name of a key, or the client is not installed or misconfigured */
  static async open(name: string): Promise<GcpKmsKeys> {
    if (!NAME.test(name)) {
      throw new VaultKeyError(
        'gcp-kms: must be the name of a key, projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>',
      );
    }
    return new GcpKmsKeys(name, await GcpKmsClient.load());
  }

  async primaryKeyId(): Promise<string> {
    const { name } = this;
    const key = await this.client.call((client, options) => client.getCryptoKey({ name }, options)).catch(rethrow);
    return this.idOf(key.primary?.name);
  }

  canUnwrap(keyId: string): boolean {
    return keyId.startsWith(`${this.id}-v`);
  }

  async wrap(plaintext: Buffer, context: string): Promise<WrappedKey> {
    const request = { ...this.request(context), plaintext, plaintextCrc32c: { value: crc32c(plaintext) } };
    const response = await this.client.call((client, options) => client.encrypt(request, options)).catch(rethrow);
    const ciphertext = bytesOf(response.ciphertext);
    if (ciphertext.length === 0) throw new KeyServiceError('responded without a ciphertext');
    const isVerified = response.verifiedPlaintextCrc32c && response.verifiedAdditionalAuthenticatedDataCrc32c;
    if (!isVerified) throw new KeyServiceError('did not confirm the checksum of the request');
    verify(ciphertext, response.ciphertextCrc32c);
    return { kekId: this.idOf(response.name), wrapped: ciphertext.toString('base64') };
  }

  async unwrap({ wrapped }: WrappedKey, context: string): Promise<Buffer> {
    const ciphertext = Buffer.from(wrapped, 'base64');
    const request = { ...this.request(context), ciphertext, ciphertextCrc32c: { value: crc32c(ciphertext) } };
    const call = this.client.call((client, options) => client.decrypt(request, options));
    const response = await call.catch((error: unknown) => {
      if (isUndecryptable(error)) throw new UnsealError();
      return rethrow(error);
    });
    const plaintext = bytesOf(response.plaintext);
    if (plaintext.length === 0) throw new KeyServiceError('responded without a plaintext');
    verify(plaintext, response.plaintextCrc32c);
    return plaintext;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private request(context: string) {
    const additionalAuthenticatedData = Buffer.from(context);
    const additionalAuthenticatedDataCrc32c = { value: crc32c(additionalAuthenticatedData) };
    return { name: this.name, additionalAuthenticatedData, additionalAuthenticatedDataCrc32c };
  }

  /** @param version the full name of one of the key's versions */
  private idOf(version: string | null | undefined): string {
    const [, name, number] = /^(.+)\/cryptoKeyVersions\/(\d{1,9})$/.exec(version ?? '') ?? [];
    if (name !== this.name) throw new KeyServiceError('responded without a key version');
    return `${this.id}-v${number}`;
  }
}

/** Tells whether the ciphertext was altered, or has another key or context. Other invalid arguments say nothing about it. */
function isUndecryptable(error: unknown): boolean {
  return (
    error instanceof CallError && error.status === 'INVALID_ARGUMENT' && /^Decryption failed\b/.test(error.details)
  );
}

/** Converts the status of a call into an error for callers. */
function rethrow(error: unknown): never {
  if (!(error instanceof CallError)) throw error;
  throw new KeyServiceError(`responded with ${error.status}`, error);
}

function verify(bytes: Buffer, checksum: Checksum): void {
  if (Number(checksum?.value ?? Number.NaN) !== crc32c(bytes)) {
    throw new KeyServiceError('sent a response with a wrong checksum');
  }
}

function bytesOf(bytes: Uint8Array | string | null | undefined): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.from(bytes ?? []);
}
