import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  CountersignError,
  InvalidRequestError,
  LimitReachedError,
  newId,
  type TenantCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import type { Finding, ServerChoice } from '@countersign/openapi';
import type { ActionDto } from '../lifecycle/actions.dto.js';
import { serverOf } from '../lifecycle/imported-action.js';
import { type NewAction, NewActions } from '../lifecycle/new-actions.js';
import { DocumentImport } from '../documents/document-import.js';
import { serverChoice } from '../documents/server-choice.js';
import type { ImportedDocument } from '../documents/read-document.js';
import type { DocumentReference, ReadSource, SourceName } from './sources/import-source.js';
import { ImportedAuth } from './imported-auth.js';
import type { ImportDto } from './imports.dto.js';
import { differingDomain } from './differing-domain.js';
import { type ObtainedSource, SourceRequests } from './source-requests.js';
import { forEachAction, readAll } from './sources/invalid-import.js';
import { recognize, type RecognizedAction } from './sources/recognize.js';
import { assignUrls } from './url-pair.js';

/** A created action, and where it comes from. */
export interface ImportedAction {
  action: ActionDto;
  format: SourceName;
  /** Points to the action in the export. */
  pointer: string;
  /** The id that the action has at its platform. */
  exportedId: string | null;
  /** About the export, with pointers into it. */
  warnings: Finding[];
}

/** The result of an import. */
export interface Imported {
  actions: ImportedAction[];
  notImported: Finding[];
}

/** The settings of one action of an export, and its document. */
interface ReadAction extends RecognizedAction {
  settings: ReadSource;
  document: DocumentReference;
}

/** Imports actions from other platforms. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly sources: SourceRequests,
    private readonly documents: DocumentImport,
    private readonly auth: ImportedAuth,
    private readonly newActions: NewActions,
    private readonly settings: Settings,
  ) {}

  /**
   * Creates all actions of an export, or none. An action whose credentials the export does not reveal refuses calls at first.
   *
   * @param body an {@link ImportDto}, or an export as the whole body
   * @throws {CountersignError} `invalid_import` with pointers into the export, and every error of creating an action
   */
  async import(caller: TenantCaller, gptId: string, body: unknown): Promise<Imported> {
    const { tenantId } = caller;
    await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    const obtained = await this.sources.obtain(tenantId, body);
    const { own } = obtained;
    const recognized = recognize(obtained.source);
    this.requireFewActions(recognized.actions);
    if (recognized.actions.length > 1) requireNoOwnFields(own, recognized.actions.length);
    const actions = readAll(...recognized.actions.map((action) => () => readAction(action, obtained)));
    const documents = await forEachAction(actions, 'invalid_openapi', async ({ document }) => {
      // Small documents are read on the main thread, and there may be many.
      await nextTurn();
      return this.importDocument(tenantId, document, { choice: serverChoice(own), isNested: recognized.isGpt });
    });
    // Actions that are created at the same time are listed by their ids.
    const ids = actions.map(() => newId('act')).toSorted();
    const created = await forEachAction(actions, 'invalid_import', (action, index) => {
      const place = { tenantId, gptId, id: ids[index] as string };
      return this.newAction(place, action, documents[index] as ImportedDocument, own);
    });
    const views = await this.newActions.addAll(caller, gptId, created);
    const imported = actions.map(({ reader, source, settings }, index) => ({
      action: views[index] as ActionDto,
      format: reader.format,
      pointer: source.pointer,
      exportedId: settings.exportedId,
      warnings: created[index]?.importWarnings ?? [],
    }));
    return { actions: imported, notImported: recognized.notImported };
  }

  /** Selects the schema of an action, and seals its secrets. */
  private async newAction(
    place: { tenantId: string; gptId: string; id: string },
    { reader, settings, document }: ReadAction,
    imported: ImportedDocument,
    own: ImportDto,
  ): Promise<NewAction & { importWarnings: Finding[] }> {
    const { suggestedAuth: suggestion } = imported;
    const server = serverOf(imported);
    const auth = await this.auth.select(
      assignUrls(settings.auth, suggestion),
      { ...own.auth },
      { ...place, server },
      suggestion,
    );
    return {
      id: place.id,
      imported: { ...imported, suggestedAuth: auth.suggestedAuth },
      selection: auth.selection,
      privacyPolicyUrl: own.privacy_policy_url === undefined ? settings.privacyPolicyUrl : own.privacy_policy_url,
      form: reader.format,
      pointer: document.pointer,
      importWarnings: [...settings.warnings, ...differingDomain(settings.domain, server.domain), ...auth.warnings],
    };
  }

  /** @throws {LimitReachedError} no GPT may have as many actions. Nothing of them is read */
  private requireFewActions({ length }: readonly unknown[]): void {
    const { actionsPerGpt } = this.settings.maximum;
    if (length <= actionsPerGpt) return;
    throw new LimitReachedError(
      `a GPT may have at most ${actionsPerGpt} actions, and the export has ${length}`,
      'MAX_ACTIONS_PER_GPT',
    );
  }

  private importDocument(
    tenantId: string,
    { source, pointer }: DocumentReference,
    { choice, isNested }: { choice: ServerChoice | undefined; isNested: boolean },
  ): Promise<ImportedDocument> {
    return this.documents.read(tenantId, source, choice).catch((error: unknown) => {
      if (!(error instanceof CountersignError)) throw error;
      throw isNested && error.code === 'invalid_openapi' ? nestedAt(pointer, error) : withPointer(pointer, error);
    });
  }
}

/** @throws {CountersignError} `invalid_import` with all errors of the action */
function readAction({ reader, source }: RecognizedAction, obtained: ObtainedSource): ReadAction {
  const [settings, document] = readAll(
    () => reader.read(source),
    () => ownDocument(obtained) ?? reader.document(source, obtained.url),
  );
  return { reader, source, settings, document };
}

/** Returns the client's own document, which takes precedence over that of the source. */
function ownDocument({ own }: ObtainedSource): DocumentReference | undefined {
  const [openapi, openapi_url] = [own.openapi ?? undefined, own.openapi_url ?? undefined];
  if (openapi === undefined && openapi_url === undefined) return undefined;
  return { source: { openapi, openapi_url }, pointer: openapi === undefined ? '/openapi_url' : '/openapi' };
}

/** The fields that describe one action. */
const FIELDS_OF_ONE = [
  'openapi',
  'openapi_url',
  'server_url',
  'server_variables',
  'auth',
  'privacy_policy_url',
] as const;

/** @throws {InvalidRequestError} the client sends fields that would apply to several actions */
function requireNoOwnFields(own: ImportDto, actions: number): void {
  const sent = FIELDS_OF_ONE.filter((name) => own[name] !== undefined && own[name] !== null);
  if (sent.length === 0) return;
  const because = `is for one action, and the export has ${actions}; leave it out and change the created actions`;
  throw new InvalidRequestError(sent.map((name) => ({ pointer: `/${name}`, message: `${name} ${because}` })));
}

/** Moves an error about `openapi_url` to the place in the source that has the URL. */
function withPointer(pointer: string, error: CountersignError): CountersignError {
  const errors = error.errors.map((each) => ({
    ...each,
    pointer: each.pointer === '/openapi_url' ? pointer : each.pointer,
  }));
  return new CountersignError(error.code, error.message, errors, { cause: error.cause });
}

/** Points errors of one of several documents at the document. Pointers into it become `document_pointer`. */
function nestedAt(pointer: string, error: CountersignError): CountersignError {
  const errors = error.errors.map((each) => ({ ...each, pointer, document_pointer: each.pointer }));
  return new CountersignError(error.code, error.message, errors, { cause: error.cause });
}
