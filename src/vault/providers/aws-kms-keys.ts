import type { KMSClient } from '@aws-sdk/client-kms';
import { UnsealError } from '../envelope.js';
import { KeyServiceError, serviceId, VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

/** The tested version. */
const PACKAGE = '@aws-sdk/client-kms@3';

const CONNECT_TIMEOUT_MS = 1500;

/** For a request including its retry. The client's own timeouts do not bound a response that arrives slowly. */
const TIMEOUT_MS = 4000;

/** The errors for a ciphertext that was altered, or that has another key or context. */
const UNDECRYPTABLE = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

type Commands = typeof import('@aws-sdk/client-kms');

/**
 * A key of AWS KMS, identified by its ARN. The context is the encryption context. The client finds credentials and a custom endpoint by itself
 * (`AWS_ACCESS_KEY_ID`, roles, `AWS_ENDPOINT_URL_KMS`). When AWS rotates the key material, the ARN and the key id stay the same.
 */
export class AwsKmsKeys implements KeyProvider {
  private readonly id: string;

  private constructor(
    private readonly arn: string,
    private readonly client: KMSClient,
    private readonly commands: Commands,
  ) {
    this.id = serviceId('aws-kms', arn);
  }

  /** @throws {VaultKeyError} not the ARN of a key, or the package is not installed */
  static async open(arn: string): Promise<AwsKmsKeys> {
    const region = /^arn:aws[\w-]*:kms:([\w-]+):\d{12}:(key|alias)\/[\w/-]+$/.exec(arn)?.[1];
    if (!region) throw new VaultKeyError('aws-kms: must be the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>');
    const commands = await load();
    const requestHandler = { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: TIMEOUT_MS };
    return new AwsKmsKeys(arn, new commands.KMSClient({ region, maxAttempts: 2, requestHandler }), commands);
  }

  async primaryKeyId(): Promise<string> {
    return this.id;
  }

  canUnwrap(keyId: string): boolean {
    return keyId === this.id;
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const input = { KeyId: this.arn, Plaintext: dataKey, EncryptionContext: { countersign: context } };
    const command = new this.commands.EncryptCommand(input);
    const { CiphertextBlob } = await this.send((options) => this.client.send(command, options));
    if (!CiphertextBlob) throw new KeyServiceError('responded without a ciphertext');
    return { kekId: this.id, wrapped: Buffer.from(CiphertextBlob).toString('base64') };
  }

  async unwrap({ wrapped }: WrappedKey, context: string): Promise<Buffer> {
    const CiphertextBlob = Buffer.from(wrapped, 'base64');
    const input = { KeyId: this.arn, CiphertextBlob, EncryptionContext: { countersign: context } };
    const command = new this.commands.DecryptCommand(input);
    const { Plaintext } = await this.send((options) => this.client.send(command, options));
    if (!Plaintext) throw new KeyServiceError('responded without a plaintext');
    return Buffer.from(Plaintext);
  }

  async close(): Promise<void> {
    this.client.destroy();
  }

  private async send<T>(request: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    try {
      return await request({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const { name } = error as Error;
      if (UNDECRYPTABLE.has(name)) throw new UnsealError();
      throw new KeyServiceError(`responded with ${/^\w{1,80}$/.test(name) ? name : 'an error'}`, error);
    }
  }
}

async function load(): Promise<Commands> {
  try {
    return await import('@aws-sdk/client-kms');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new VaultKeyError(`aws-kms: a required package is not installed; run \`npm install ${PACKAGE}\``);
  }
}
