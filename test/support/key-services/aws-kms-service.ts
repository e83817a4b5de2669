import type { IncomingMessage } from 'node:http';
import { HttpKeyService } from './http-service.js';
import type { ServiceResponse } from './service.js';

/** AWS KMS (JSON 1.1 protocol) with one key. */
export class AwsKmsService extends HttpKeyService {
  readonly arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  protected override readonly contentType = 'application/x-amz-json-1.1';

  static start(): Promise<AwsKmsService> {
    return new AwsKmsService().listen();
  }

  protected respond(_path: string, headers: IncomingMessage['headers'], body: string): ServiceResponse {
    const scope =
      /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-central-1\/kms\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/;
    if (!scope.test(headers.authorization ?? '')) return refused(400, 'UnrecognizedClientException');
    const input = JSON.parse(body) as {
      KeyId?: string;
      Plaintext?: string;
      CiphertextBlob?: string;
      EncryptionContext?: Record<string, string>;
    };
    if (input.KeyId !== this.arn) return refused(400, 'NotFoundException');
    const context = JSON.stringify(input.EncryptionContext ?? {});
    if (headers['x-amz-target'] === 'TrentService.Encrypt') {
      const version = this.keys.length;
      const sealed = this.seal(version, Buffer.from(input.Plaintext ?? '', 'base64'), context);
      const CiphertextBlob = Buffer.concat([Buffer.from([version]), sealed]).toString('base64');
      return { status: 200, body: { CiphertextBlob, KeyId: this.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } };
    }
    if (headers['x-amz-target'] !== 'TrentService.Decrypt') return refused(400, 'UnknownOperationException');
    const blob = Buffer.from(input.CiphertextBlob ?? '', 'base64');
    const plaintext = this.unseal(blob[0] ?? 0, blob.subarray(1), context);
    if (!plaintext) return refused(400, 'InvalidCiphertextException');
    return { status: 200, body: { Plaintext: plaintext.toString('base64'), KeyId: this.arn } };
  }
}

function refused(status: number, __type: string): ServiceResponse {
  return { status, body: { __type, message: 'refused' } };
}
