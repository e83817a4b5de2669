import type { KMSClient } from '@aws-sdk/client-kms';
import { UnsealError } from '../envelope.js';
import { KeyServiceError, serviceId, VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

/** The version that is tested. */
const PACKAGE = '@aws-sdk/client-kms@3';

const CONNECT_MS = 1500;

/** For one request with its second attempt, whatever it does: the client's own limits let an answer drip. */
const TIMEOUT_MS = 4000;

/** What a ciphertext is answered with that was altered, or is of another key or context. */
const BROKEN = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

type Commands = typeof import('@aws-sdk/client-kms');

/**
 * A key of AWS KMS, by its ARN. The context is the encryption context. Credentials and, where it is not AWS's own, the endpoint are what the
 * client finds by itself (`AWS_ACCESS_KEY_ID`, roles, `AWS_ENDPOINT_URL_KMS`). When AWS rotates the key's material its ARN stays, and so
 * does its id here.
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

  /** @throws {VaultKeyError} no ARN of a key, or the package is not installed */
  static async open(arn: string): Promise<AwsKmsKeys> {
    const region = /^arn:aws[\w-]*:kms:([\w-]+):\d{12}:(key|alias)\/[\w/-]+$/.exec(arn)?.[1];
    if (!region) throw new VaultKeyError('aws-kms: needs the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>');
    const commands = await load();
    const requestHandler = { connectionTimeout: CONNECT_MS, requestTimeout: TIMEOUT_MS };
    return new AwsKmsKeys(arn, new commands.KMSClient({ region, maxAttempts: 2, requestHandler }), commands);
  }

  async currentKeyId(): Promise<string> {
    return this.id;
  }

  knows(keyId: string): boolean {
    return keyId === this.id;
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const input = { KeyId: this.arn, Plaintext: dataKey, EncryptionContext: { countersign: context } };
    const command = new this.commands.EncryptCommand(input);
    const { CiphertextBlob } = await this.ask((options) => this.client.send(command, options));
    if (!CiphertextBlob) throw new KeyServiceError('answered without a ciphertext');
    return { kekId: this.id, wrapped: Buffer.from(CiphertextBlob).toString('base64') };
  }

  async unwrap({ wrapped }: WrappedKey, context: string): Promise<Buffer> {
    const CiphertextBlob = Buffer.from(wrapped, 'base64');
    const input = { KeyId: this.arn, CiphertextBlob, EncryptionContext: { countersign: context } };
    const command = new this.commands.DecryptCommand(input);
    const { Plaintext } = await this.ask((options) => this.client.send(command, options));
    if (!Plaintext) throw new KeyServiceError('answered without a plaintext');
    return Buffer.from(Plaintext);
  }

  async close(): Promise<void> {
    this.client.destroy();
  }

  private async ask<T>(send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    try {
      return await send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const { name } = error as Error;
      if (BROKEN.has(name)) throw new UnsealError();
      throw new KeyServiceError(`answered ${/^\w{1,80}$/.test(name) ? name : 'with an error'}`, error);
    }
  }
}

async function load(): Promise<Commands> {
  try {
    return await import('@aws-sdk/client-kms');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new VaultKeyError(`aws-kms: needs a package that is not installed: npm install ${PACKAGE}`);
  }
}
