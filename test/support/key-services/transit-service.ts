import type { IncomingMessage } from 'node:http';
import { HttpKeyService } from './http-service.js';
import type { ServiceResponse } from './service.js';

/** The transit engine's HTTP API of HashiCorp Vault and OpenBao, with one key. */
export class TransitService extends HttpKeyService {
  readonly token = 'hvs.transit-token-of-the-test';
  readonly name = 'countersign';

  static start(): Promise<TransitService> {
    return new TransitService().listen();
  }

  get keyUrl(): string {
    return `${this.url}/v1/transit/keys/${this.name}`;
  }

  protected respond(path: string, headers: IncomingMessage['headers'], body: string): ServiceResponse {
    if (headers['x-vault-token'] !== this.token) return refused(403, 'permission denied');
    const [, operation] = new RegExp(`^/v1/transit/(keys|encrypt|decrypt)/${this.name}$`).exec(path) ?? [];
    if (operation === undefined) return refused(404, 'no handler for route');
    if (operation === 'keys') {
      return granted({
        name: this.name,
        type: 'aes256-gcm96',
        latest_version: this.keys.length,
        min_decryption_version: 1,
      });
    }
    const fields = JSON.parse(body) as { plaintext?: string; ciphertext?: string; associated_data?: string };
    const context = Buffer.from(fields.associated_data ?? '', 'base64').toString();
    if (operation === 'encrypt') {
      const version = this.keys.length;
      const sealed = this.seal(version, Buffer.from(fields.plaintext ?? '', 'base64'), context);
      return granted({ ciphertext: `vault:v${version}:${sealed.toString('base64')}`, key_version: version });
    }
    const [, version, sealed] = /^vault:v(\d+):(.+)$/.exec(fields.ciphertext ?? '') ?? [];
    if (!version || !sealed) return refused(400, 'invalid ciphertext: no prefix');
    if (Number(version) > this.keys.length) return refused(400, 'invalid ciphertext: version is too new');
    const plaintext = this.unseal(Number(version), Buffer.from(sealed, 'base64'), context);
    return plaintext
      ? granted({ plaintext: plaintext.toString('base64') })
      : refused(400, 'cipher: message authentication failed');
  }
}

function granted(data: object): ServiceResponse {
  return { status: 200, body: { request_id: 'r', lease_id: '', renewable: false, lease_duration: 0, data } };
}

function refused(status: number, error: string): ServiceResponse {
  return { status, body: { errors: [error] } };
}
