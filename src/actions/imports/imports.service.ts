import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError, newId, validated, type TenantCaller } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Egress } from '../../egress/index.js';
import { Gpt } from '../../gpts/index.js';
import { isObject, type Finding, type JsonObject } from '../../openapi/index.js';
import { ActionsService } from '../actions.service.js';
import { AuthSelections, type AuthSelection } from '../auth-selection.js';
import { DocumentImport, type ImportedDocument } from '../document-import.js';
import { fetchText } from '../fetch-text.js';
import { type FormReader, invalidForm } from './foreign-form.js';
import { ImportDto, type ImportedActionDto } from './imports.dto.js';
import { absentFields, blameForm, isAbsent, mergeAuth, type MergedAuth } from './merged-auth.js';
import { parseForm, readerOf, recognize } from './recognize.js';
import { settleUrls } from './url-pair.js';

/** A form as it came in, with what the client wants beside it. */
interface ObtainedForm {
  form: JsonObject;
  /** Where it was fetched from. */
  url?: string;
  own: ImportDto;
}

/** Where the secrets of the action will be sealed to. */
interface ActionPlace {
  tenantId: string;
  gptId: string;
  id: string;
}

interface SelectedAuth {
  selection: AuthSelection;
  suggestedAuth: Record<string, unknown> | null;
  warnings: Finding[];
}

/** Makes actions from the forms of other platforms. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly egress: Egress,
    private readonly documents: DocumentImport,
    private readonly selections: AuthSelections,
    private readonly actions: ActionsService,
  ) {}

  /**
   * Makes an action of a form. It authenticates as the form says where all that takes is there; else not at all, and it keeps what
   * is there as its suggestion: a call without its credential tells its builder what is missing, one with half of it does not.
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
    const auth = settleUrls(read.auth, imported.suggestedAuth);
    const place = { tenantId, gptId, id: newId('act') };
    const selected = await this.select(mergeAuth(auth, own.auth as Record<string, unknown>), place, imported, own.auth);
    const action = await this.actions.add(caller, gptId, {
      id: place.id,
      imported: { ...imported, suggestedAuth: selected.suggestedAuth },
      selection: selected.selection,
      privacyPolicyUrl: own.privacy_policy_url === undefined ? read.privacyPolicyUrl : own.privacy_policy_url,
      form: reader.form,
    });
    return { form: reader.form, action, warnings: [...read.warnings, ...auth.warnings, ...selected.warnings] };
  }

  private async obtain(body: unknown): Promise<ObtainedForm> {
    if (isObject(body) && !hasForm(body) && readerOf(body)) return { form: body, own: {} };
    const own = validated(ImportDto, body);
    const { manifest, manifest_url } = own;
    if ((manifest === undefined) === (manifest_url === undefined)) {
      throw InvalidRequestError.at('/manifest', 'give either manifest or manifest_url, or a form as the whole body');
    }
    if (manifest_url === undefined) return { form: parseForm(manifest), own };
    const { status, text, url } = await fetchText(this.egress, manifest_url, '/manifest_url');
    if (status === 200) return { form: parseForm(text), url, own };
    throw invalidForm([{ pointer: '', message: `the URL answered with status ${status}` }]);
  }

  private async importDocument(reader: FormReader, { form, url, own }: ObtainedForm): Promise<ImportedDocument> {
    const { openapi, openapi_url } = own;
    if (openapi !== undefined || openapi_url !== undefined) return this.documents.read({ openapi, openapi_url });
    const { source, pointer } = reader.document(form, url);
    return this.documents.read(source).catch((error: unknown) => {
      throw error instanceof CountersignError ? movedTo(pointer, error) : error;
    });
  }

  private async select(
    merged: MergedAuth,
    place: ActionPlace,
    { suggestedAuth: suggestion }: ImportedDocument,
    own?: object,
  ): Promise<SelectedAuth> {
    const { fields, form } = merged;
    const selected = await this.selections.select(fields, '/auth', place, { suggestion }).catch((error: unknown) => {
      if (!(error instanceof CountersignError)) throw error;
      const absent = absentFields(error, fields);
      if (absent && form) return absent;
      throw blameForm(error, merged, own);
    });
    const absent = Array.isArray(selected) ? selected : [];
    // A client that has none writes null.
    const withheld = (form?.withheld ?? []).filter((name) => fields[name] === undefined);
    if (!Array.isArray(selected) && withheld.length === 0) {
      return { selection: selected, suggestedAuth: suggestion, warnings: [] };
    }
    const outline = await this.selections.outline(fields, suggestion);
    const missing = [...(form?.needs ?? []), ...withheld, ...absent].filter((name) => isAbsent(outline, name));
    return {
      selection: await this.selections.select({ type: 'none' }, '/auth', place),
      suggestedAuth: outline,
      warnings: [credentialsMissing([...new Set(missing)], place, form?.pointer ?? '')],
    };
  }
}

function hasForm(body: JsonObject): boolean {
  return Object.hasOwn(body, 'manifest') || Object.hasOwn(body, 'manifest_url');
}

/** A refusal of the URL that a form names. */
function movedTo(place: string, error: CountersignError): CountersignError {
  const errors = error.errors.map(({ pointer, message }) => ({
    pointer: pointer === '/openapi_url' ? place : pointer,
    message,
  }));
  return new CountersignError(error.code, error.message, errors, { cause: error.cause });
}

function credentialsMissing(names: string[], { gptId, id }: ActionPlace, pointer: string): Finding {
  const path = `/v1/gpts/${gptId}/actions/${id}/auth`;
  const message = `the action has no authentication yet: PUT ${path} takes ${names.join(', ')}; all else is in suggested_auth`;
  return { code: 'credentials_missing', message, pointer };
}
