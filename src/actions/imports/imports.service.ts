import { Injectable } from '@nestjs/common';
import { checkInput, CountersignError, InvalidRequestError, newId, type TenantCaller } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { BufferMemory, Egress } from '../../egress/index.js';
import { Gpt } from '../../gpts/index.js';
import { decodeText, isObject, type JsonObject, type ServerChoice } from '@countersign/openapi';
import { ActionsService } from '../lifecycle/actions.service.js';
import { serverOf } from '../lifecycle/imported-action.js';
import { DocumentImport } from '../documents/document-import.js';
import { fetchBytes } from '../documents/fetch-bytes.js';
import { serverChoice } from '../documents/server-choice.js';
import { LargeBodies, MAX_INLINE_BYTES } from '../documents/large-bodies.js';
import type { ImportedDocument } from '../documents/read-document.js';
import type { DocumentReference, SourceReader } from './sources/import-source.js';
import { ImportedAuth } from './imported-auth.js';
import { ImportDto, type ImportedActionDto } from './imports.dto.js';
import { invalidImport, readAll } from './sources/invalid-import.js';
import { parseSource, readerOf, recognize } from './sources/recognize.js';
import { assignUrls } from './url-pair.js';

/** A received source, with the client's own fields. */
interface ObtainedSource {
  source: JsonObject;
  /** The URL that the source was fetched from. */
  url?: string;
  own: ImportDto;
}

/** Imports actions from other platforms. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly egress: Egress,
    private readonly bufferMemory: BufferMemory,
    private readonly documents: DocumentImport,
    private readonly bodies: LargeBodies,
    private readonly auth: ImportedAuth,
    private readonly actions: ActionsService,
  ) {}

  /**
   * Creates an action from a source. If the source does not reveal its credentials, the action has no authentication at first.
   *
   * @param body an {@link ImportDto}, or a source as the whole body
   * @throws {CountersignError} `invalid_import` with pointers into the source, and every error of creating an action
   */
  async import(caller: TenantCaller, gptId: string, body: unknown): Promise<ImportedActionDto> {
    const { tenantId } = caller;
    await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    const obtained = await this.obtain(tenantId, body);
    const { source, own } = obtained;
    const reader = recognize(source);
    const [read, document] = readAll(
      () => reader.read(source),
      () => documentOf(reader, obtained),
    );
    const imported = await this.importDocument(tenantId, document, serverChoice(own));
    const { suggestedAuth: suggestion } = imported;
    const id = newId('act');
    const sourceAuth = assignUrls(read.auth, suggestion);
    const auth = await this.auth.select(
      sourceAuth,
      { ...own.auth },
      { tenantId, gptId, id, server: serverOf(imported) },
      suggestion,
    );
    const action = await this.actions.add(caller, gptId, {
      id,
      imported: { ...imported, suggestedAuth: auth.suggestedAuth },
      selection: auth.selection,
      privacyPolicyUrl: own.privacy_policy_url === undefined ? read.privacyPolicyUrl : own.privacy_policy_url,
      form: reader.format,
    });
    return { form: reader.format, action, warnings: [...read.warnings, ...auth.warnings] };
  }

  private async obtain(tenantId: string, body: unknown): Promise<ObtainedSource> {
    if (isObject(body) && !hasManifest(body) && readerOf(body)) return { source: body, own: {} };
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

  private importDocument(
    tenantId: string,
    { source, pointer }: DocumentReference,
    server: ServerChoice | undefined,
  ): Promise<ImportedDocument> {
    return this.documents.read(tenantId, source, server).catch((error: unknown) => {
      throw error instanceof CountersignError ? withPointer(pointer, error) : error;
    });
  }
}

/** Returns the client's own document, which takes precedence, or the source's. */
function documentOf(reader: SourceReader, { source, url, own }: ObtainedSource): DocumentReference {
  const [openapi, openapi_url] = [own.openapi ?? undefined, own.openapi_url ?? undefined];
  if (openapi === undefined && openapi_url === undefined) return reader.document(source, url);
  return { source: { openapi, openapi_url }, pointer: '/openapi_url' };
}

function hasManifest(body: JsonObject): boolean {
  return Object.hasOwn(body, 'manifest') || Object.hasOwn(body, 'manifest_url');
}

/** Moves an error about `openapi_url` to the place in the source that has the URL. */
function withPointer(pointer: string, error: CountersignError): CountersignError {
  const errors = error.errors.map((each) => ({
    ...each,
    pointer: each.pointer === '/openapi_url' ? pointer : each.pointer,
  }));
  return new CountersignError(error.code, error.message, errors, { cause: error.cause });
}
