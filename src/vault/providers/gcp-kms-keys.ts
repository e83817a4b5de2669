import { UnsealError } from '../envelope.js';
import { crc32c } from './crc32c.js';
import { CallError, GcpKmsClient } from './gcp-kms-client.js';
import { KeyServiceError, serviceId, VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

const NAME = /^projects\/[\w:.-]+\/locations\/[\w-]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/;

/** A checksum in the protocol: 64 bits wide, of which a CRC32C has 32. */
type Checksum = { value?: unknown } | null | undefined;

/**
 * A key of Google Cloud KMS, by its name. The context is the additional authenticated data. Credentials are what Google's client finds by
 * itself. What is sent and what is answered carries its checksum, as Google asks for: what was damaged on the way is not kept.
 */
export class GcpKmsKeys implements KeyProvider {
  private readonly id: string;

  private constructor(
    private readonly name: string,
    private readonly client: GcpKmsClient,
  ) {
    this.id = serviceId('gcp-kms', name);
  }

  /** @throws {VaultKeyError} no name of a key, or the client cannot be had */
  static async open(name: string): Promise<GcpKmsKeys> {
    if (!NAME.test(name)) {
      throw new VaultKeyError(
        'gcp-kms: needs the name of a key, projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>',
      );
    }
    return new GcpKmsKeys(name, await GcpKmsClient.load());
  }

  async primaryKeyId(): Promise<string> {
    const { name } = this;
    const key = await this.client.ask((client, options) => client.getCryptoKey({ name }, options)).catch(refuse);
    return this.idOf(key.primary?.name);
  }

  canUnwrap(keyId: string): boolean {
    return keyId.startsWith(`${this.id}-v`);
  }

  async wrap(plaintext: Buffer, context: string): Promise<WrappedKey> {
    const request = { ...this.request(context), plaintext, plaintextCrc32c: { value: crc32c(plaintext) } };
    const answer = await this.client.ask((client, options) => client.encrypt(request, options)).catch(refuse);
    const ciphertext = bytesOf(answer.ciphertext);
    if (ciphertext.length === 0) throw new KeyServiceError('answered without a ciphertext');
    const isWhole = answer.verifiedPlaintextCrc32c && answer.verifiedAdditionalAuthenticatedDataCrc32c;
    if (!isWhole) throw new KeyServiceError('did not get what it was sent: a checksum is wrong');
    verify(ciphertext, answer.ciphertextCrc32c);
    return { kekId: this.idOf(answer.name), wrapped: ciphertext.toString('base64') };
  }

  async unwrap({ wrapped }: WrappedKey, context: string): Promise<Buffer> {
    const ciphertext = Buffer.from(wrapped, 'base64');
    const request = { ...this.request(context), ciphertext, ciphertextCrc32c: { value: crc32c(ciphertext) } };
    const ask = this.client.ask((client, options) => client.decrypt(request, options));
    const answer = await ask.catch((error: unknown) => {
      if (isBroken(error)) throw new UnsealError();
      return refuse(error);
    });
    const plaintext = bytesOf(answer.plaintext);
    if (plaintext.length === 0) throw new KeyServiceError('answered without a plaintext');
    verify(plaintext, answer.plaintextCrc32c);
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
    if (name !== this.name) throw new KeyServiceError('did not say which version its key has');
    return `${this.id}-v${number}`;
  }
}

/** An altered ciphertext, or one of another key or context; other arguments that it finds invalid say nothing of the ciphertext. */
function isBroken(error: unknown): boolean {
  return (
    error instanceof CallError && error.status === 'INVALID_ARGUMENT' && /^Decryption failed\b/.test(error.details)
  );
}

function refuse(error: unknown): never {
  if (!(error instanceof CallError)) throw error;
  throw new KeyServiceError(`answered ${error.status}`, error);
}

function verify(bytes: Buffer, checksum: Checksum): void {
  if (Number(checksum?.value ?? Number.NaN) !== crc32c(bytes)) {
    throw new KeyServiceError('answered what its checksum does not fit');
  }
}

function bytesOf(bytes: Uint8Array | string | null | undefined): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.from(bytes ?? []);
}
