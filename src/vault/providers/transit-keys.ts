import { redactor, parseUrl } from '../../common/index.js';
import { Egress, EgressAllowList, EgressError, type EgressResponse } from '../../egress/index.js';
import { UnsealError } from '../envelope.js';
import { KeyServiceError, serviceId, VaultKeyError, type KeyProvider, type WrappedKey } from './key-provider.js';

export interface TransitOptions {
  /** The URL of the key, such as `https://vault.example.com:8200/v1/transit/keys/countersign`. */
  url: string;
  /** Returns the current token: an agent may renew it in its file. */
  token: () => string | undefined;
  namespace?: string;
}

/** For a whole request. */
const TIMEOUT_MS = 3000;

const MAX_RESPONSE_BYTES = 65_536;

/** The errors for an altered ciphertext or another context. Other errors say nothing about the ciphertext. */
const UNDECRYPTABLE = /message authentication failed|invalid ciphertext|unable to decrypt/i;

/**
 * A key of the transit secrets engine of HashiCorp Vault or OpenBao. The context is the `associated_data` of the encryption, which requires a
 * key of an AEAD type (`aes256-gcm96`, `chacha20-poly1305`).
 */
export class TransitKeys implements KeyProvider {
  private readonly id: string;
  private readonly mount: string;
  private readonly name: string;
  private readonly egress: Egress;

  /** @throws {VaultKeyError} not the URL of a key, or neither https nor on loopback */
  constructor(private readonly options: TransitOptions) {
    const url = parseUrl(options.url);
    const [, mount, name] = /^(\/v1\/.+)\/keys\/([\w.-]+)$/.exec(url?.pathname ?? '') ?? [];
    if (!url || !mount || !name || url.search || url.hash || url.username) {
      throw new VaultKeyError('transit: must be a URL such as https://vault.example.com:8200/v1/transit/keys/<name>');
    }
    if (url.protocol !== 'https:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
      throw new VaultKeyError('transit: must be an https URL, except on loopback');
    }
    this.mount = url.origin + mount;
    this.name = name;
    this.id = serviceId('transit', `${this.mount} ${name}`);
    // The operator configured this address, so it may be private and have any port.
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    this.egress = new Egress({ allow: EgressAllowList.parse(`${url.hostname}:${port}`) });
  }

  async primaryKeyId(): Promise<string> {
    const { latest_version: version } = await this.call('GET', 'keys');
    if (typeof version !== 'number') throw new KeyServiceError('responded without a key version');
    return `${this.id}-v${version}`;
  }

  canUnwrap(keyId: string): boolean {
    return keyId.startsWith(`${this.id}-v`);
  }

  async wrap(dataKey: Buffer, context: string): Promise<WrappedKey> {
    const { ciphertext } = await this.call('POST', 'encrypt', { plaintext: dataKey.toString('base64') }, context);
    const version = /^vault:v(\d{1,9}):./.exec(String(ciphertext))?.[1];
    if (version === undefined) throw new KeyServiceError('responded without a ciphertext');
    return { kekId: `${this.id}-v${version}`, wrapped: String(ciphertext) };
  }

  async unwrap({ wrapped }: WrappedKey, context: string): Promise<Buffer> {
    const { plaintext } = await this.call('POST', 'decrypt', { ciphertext: wrapped }, context);
    if (typeof plaintext !== 'string') throw new KeyServiceError('responded without a plaintext');
    return Buffer.from(plaintext, 'base64');
  }

  close(): Promise<void> {
    return this.egress.close();
  }

  /** @returns the `data` of the response */
  private async call(
    method: 'GET' | 'POST',
    operation: 'keys' | 'encrypt' | 'decrypt',
    fields?: Record<string, string>,
    context = '',
  ): Promise<Record<string, unknown>> {
    const body = fields && JSON.stringify({ ...fields, associated_data: Buffer.from(context).toString('base64') });
    const { status, text } = await this.send(method, `${this.mount}/${operation}/${this.name}`, body);
    const response = parseResponse(text);
    if (status === 200 && response?.data) return response.data;
    const isUndecryptable = status === 400 && (response?.errors ?? []).some((error) => UNDECRYPTABLE.test(error));
    if (isUndecryptable && operation === 'decrypt') throw new UnsealError();
    // The errors may name paths and policies, which belong in the log only, and may repeat the request, whose secrets are redacted.
    const redact = redactor([this.options.token() ?? '', fields?.['plaintext'] ?? '']);
    throw new KeyServiceError(
      `responded with status ${status}`,
      new Error(redact(String(response?.errors ?? 'no reason')).slice(0, 500)),
    );
  }

  private async send(method: string, url: string, body?: string): Promise<{ status: number; text: string }> {
    const { token, namespace } = this.options;
    const secret = token();
    if (!secret) throw new KeyServiceError('requires a token; set VAULT_TOKEN or VAULT_TOKEN_FILE');
    const headers = {
      'x-vault-token': secret,
      'x-vault-request': 'true',
      ...(namespace && { 'x-vault-namespace': namespace }),
      ...(body && { 'content-type': 'application/json' }),
    };
    try {
      const request = { url, method, headers, body, timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_RESPONSE_BYTES };
      const response: EgressResponse = await this.egress.request({ ...request, credential: true });
      return { status: response.status, text: response.body.toString() };
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      throw new KeyServiceError('does not respond', error);
    }
  }
}

function parseResponse(text: string): { data?: Record<string, unknown>; errors?: string[] } | undefined {
  try {
    return JSON.parse(text) as { data?: Record<string, unknown>; errors?: string[] };
  } catch {
    return undefined;
  }
}
