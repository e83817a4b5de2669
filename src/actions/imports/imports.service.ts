import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError, newId, validated, type TenantCaller } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Egress } from '../../egress/index.js';
import { Gpt } from '../../gpts/index.js';
import { isObject, type JsonObject } from '../../openapi/index.js';
import { ActionsService } from '../lifecycle/actions.service.js';
import { DocumentImport, type ImportedDocument } from '../documents/document-import.js';
import { fetchText } from '../documents/fetch-text.js';
import type { FormReader } from './import-source.js';
import { ImportedAuth } from './imported-auth.js';
import { ImportDto, type ImportedActionDto } from './imports.dto.js';
import { invalidForm } from './invalid-import.js';
import { parseForm, readerOf, recognize } from './recognize.js';
import { settleUrls } from './url-pair.js';

/** A form as it came in, with what the client wants beside it. */
interface ObtainedForm {
  form: JsonObject;
  /** Where it was fetched from. */
  url?: string;
  own: ImportDto;
}

/** Makes actions from the forms of other platforms. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly egress: Egress,
    private readonly documents: DocumentImport,
    private readonly auth: ImportedAuth,
    private readonly actions: ActionsService,
  ) {}

  /**
   * Makes an action of a form. It authenticates as the form says, or not at all where the form does not show what that takes.
   *
   * @param body an {@link ImportDto}, or a form by itself
   * @throws {CountersignError} `invalid_import` with pointers into the form, and all that making an action throws
   */
  async import(caller: TenantCaller, gptId: string, body: unknown): Promise<ImportedActionDto> {
    const { tenantId } = caller;
    await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    const obtained = await this.obtain(body);
    const { form, own } = obtained;
    const reader = recognize(form);
    const read = reader.read(form);
    const imported = await this.importDocument(reader, obtained);
    const { suggestedAuth: suggestion } = imported;
    const id = newId('act');
    const foreign = settleUrls(read.auth, suggestion);
    const auth = await this.auth.select(foreign, { ...own.auth }, { tenantId, gptId, id }, suggestion);
    const action = await this.actions.add(caller, gptId, {
      id,
      imported: { ...imported, suggestedAuth: auth.suggestedAuth },
      selection: auth.selection,
      privacyPolicyUrl: own.privacy_policy_url === undefined ? read.privacyPolicyUrl : own.privacy_policy_url,
      form: reader.form,
    });
    return { form: reader.form, action, warnings: [...read.warnings, ...auth.warnings] };
  }

  private async obtain(body: unknown): Promise<ObtainedForm> {
    if (isObject(body) && !hasForm(body) && readerOf(body)) return { form: body, own: {} };
    const own = validated(ImportDto, body);
    const [manifest, manifest_url] = [own.manifest ?? undefined, own.manifest_url ?? undefined];
    if ((manifest === undefined) === (manifest_url === undefined)) {
      throw InvalidRequestError.at('/manifest', 'give either manifest or manifest_url, or a form as the whole body');
    }
    if (manifest_url === undefined) return { form: parseForm(manifest), own };
    const { status, text, url } = await fetchText(this.egress, manifest_url, '/manifest_url');
    if (status === 200) return { form: parseForm(text), url, own };
    throw invalidForm([{ pointer: '', message: `the URL answered with status ${status}` }]);
  }

  private async importDocument(reader: FormReader, { form, url, own }: ObtainedForm): Promise<ImportedDocument> {
    const [openapi, openapi_url] = [own.openapi ?? undefined, own.openapi_url ?? undefined];
    if (openapi !== undefined || openapi_url !== undefined) return this.documents.read({ openapi, openapi_url });
    const { source, pointer } = reader.document(form, url);
    return this.documents.read(source).catch((error: unknown) => {
      throw error instanceof CountersignError ? movedTo(pointer, error) : error;
    });
  }
}

function hasForm(body: JsonObject): boolean {
  return Object.hasOwn(body, 'manifest') || Object.hasOwn(body, 'manifest_url');
}

/** A refusal of the URL that a form names. */
function movedTo(place: string, error: CountersignError): CountersignError {
  const errors = error.errors.map((each) => ({
    ...each,
    pointer: each.pointer === '/openapi_url' ? place : each.pointer,
  }));
  return new CountersignError(error.code, error.message, errors, { cause: error.cause });
}
