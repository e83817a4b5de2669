import { Injectable } from '@nestjs/common';
import { checkInput, InvalidRequestError } from '../../common/index.js';
import { BufferMemory, Egress } from '../../egress/index.js';
import { decodeText, isObject, type JsonObject } from '@countersign/openapi';
import { fetchBytes } from '../documents/fetch-bytes.js';
import { LargeBodies, MAX_INLINE_BYTES } from '../documents/large-bodies.js';
import { ImportDto } from './imports.dto.js';
import { invalidImport } from './sources/invalid-import.js';
import { isRecognized, parseSource } from './sources/recognize.js';

/** A received source, with the client's own fields. */
export interface ObtainedSource {
  source: JsonObject;
  /** The URL that the source was fetched from. */
  url?: string;
  own: ImportDto;
}

/** Obtains sources from requests and from URLs. */
@Injectable()
export class SourceRequests {
  constructor(
    private readonly egress: Egress,
    private readonly bufferMemory: BufferMemory,
    private readonly bodies: LargeBodies,
  ) {}

  /**
   * Returns the source that a body holds or names.
   *
   * @param body an {@link ImportDto}, or a source as the whole body
   * @throws {CountersignError} `invalid_request`; `invalid_import`: the source is no JSON object; `egress_denied` and `upstream_*` for a URL
   */
  async obtain(tenantId: string, body: unknown): Promise<ObtainedSource> {
    if (isObject(body) && !hasManifest(body) && isRecognized(body)) return { source: body, own: {} };
    const { value: own, errors } = checkInput(ImportDto, body);
    const [manifest, manifest_url] = [own.manifest ?? undefined, own.manifest_url ?? undefined];
    if ((manifest === undefined) === (manifest_url === undefined)) {
      const message = 'send manifest or manifest_url, or the manifest as the whole body';
      errors.push({ pointer: '/manifest', message });
    }
    if (errors.length > 0) throw new InvalidRequestError(errors);
    if (manifest_url === undefined) return { source: parseSource(manifest), own };
    return { ...(await this.fetchManifest(tenantId, manifest_url)), own };
  }

  private async fetchManifest(tenantId: string, manifestUrl: string): Promise<{ source: JsonObject; url: string }> {
    const memory = this.bufferMemory.openCall(tenantId);
    try {
      const { status, bytes, url } = await fetchBytes(this.egress, memory, manifestUrl, '/manifest_url');
      if (status === 200) return { source: await this.parseManifest(tenantId, bytes), url };
      throw invalidImport([{ pointer: '', message: `the URL answered with status ${status}` }]);
    } finally {
      memory.end();
    }
  }

  private async parseManifest(tenantId: string, bytes: Uint8Array): Promise<JsonObject> {
    if (bytes.length <= MAX_INLINE_BYTES) return parseSource(decodeText(bytes));
    const source = await this.bodies.read(tenantId, [bytes]).catch((error: unknown) => {
      if (error instanceof InvalidRequestError) return undefined;
      throw error;
    });
    return parseSource(source);
  }
}

function hasManifest(body: JsonObject): boolean {
  return Object.hasOwn(body, 'manifest') || Object.hasOwn(body, 'manifest_url');
}
