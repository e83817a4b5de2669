import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Cluster } from '../../cluster/index.js';
import {
  Clock,
  CountersignError,
  InvalidRequestError,
  newId,
  NotFoundError,
  toPage,
  type Page,
  type PageQuery,
  type TenantCaller,
} from '../../common/index.js';
import { Database, LONG, type TenantStore } from '../../database/index.js';
import { Gpt, GptsService, gptTopicId } from '../../gpts/index.js';
import type { DocumentFormat } from '@countersign/openapi';
import { ActionChanges } from './action-changes.js';
import { ActionViews } from './action-views.js';
import { Action } from '../store/action.entity.js';
import type { ActionDto, CreateActionDto, UpdateActionDto } from './actions.dto.js';
import {
  AuthSchemas,
  type ActionServer,
  type AuthFields,
  AuthSelections,
  missingFields,
} from '../../auth-registry/index.js';
import { ToolImport } from '../mcp-servers/tool-import.js';
import { DocumentImport, type StoredDocument } from '../documents/document-import.js';
import type { ImportedDocument } from '../documents/read-document.js';
import { declaresHeader } from '../store/declared-headers.js';
import { loadDocument, loadPackedDocument, loadSource } from '../store/document-store.js';
import { documentColumns, serverOf, storeImported } from './imported-action.js';
import { NewActions } from './new-actions.js';
import { serverChoice } from '../documents/server-choice.js';
import { PolicyWarnings } from './policy-warnings.js';

@Injectable()
export class ActionsService {
  constructor(
    private readonly database: Database,
    private readonly documents: DocumentImport,
    private readonly tools: ToolImport,
    private readonly selections: AuthSelections,
    private readonly schemas: AuthSchemas,
    private readonly views: ActionViews,
    private readonly changes: ActionChanges,
    private readonly policies: PolicyWarnings,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly newActions: NewActions,
    gpts: GptsService,
  ) {
    gpts.beforeDelete({
      drain: (gptId, caller) => this.drainAllUserCredentials(gptId, caller),
      end: (store, gptId, caller) => this.endAllUserCredentials(store, gptId, caller),
    });
  }

  async create(caller: TenantCaller, gptId: string, body: CreateActionDto): Promise<ActionDto> {
    await this.database.tenant(caller.tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    const imported = await this.read(caller.tenantId, body);
    const id = newId('act');
    const place = { tenantId: caller.tenantId, id };
    const { suggestedAuth: suggestion } = imported;
    const selection = await this.selections.select(body.auth ?? { type: 'none' }, '/auth', place, {
      suggestion,
      server: serverOf(imported),
    });
    const action = { id, imported, selection, privacyPolicyUrl: body.privacy_policy_url ?? null };
    const [view] = await this.newActions.addAll(caller, gptId, [action]);
    return view as ActionDto;
  }

  async list(tenantId: string, gptId: string, query: PageQuery): Promise<Page<ActionDto>> {
    const page = await this.database.tenant(tenantId).read(async (store) => {
      await store.get(Gpt, { id: gptId }, 'GPT');
      return toPage(await store.page(Action, { gptId }, query), query.limit, (row) => row);
    });
    return { ...page, data: await this.views.many(page.data) };
  }

  async get(tenantId: string, gptId: string, actionId: string): Promise<ActionDto> {
    return this.views.one(await this.find(tenantId, gptId, actionId));
  }

  async auth(tenantId: string, gptId: string, actionId: string): Promise<AuthFields> {
    return this.selections.view(await this.find(tenantId, gptId, actionId));
  }

  /** Returns the document as JSON text in UTF-8. */
  async openapi(tenantId: string, gptId: string, actionId: string): Promise<Buffer> {
    const { id } = await this.find(tenantId, gptId, actionId);
    const json = await this.database.tenant(tenantId).read((store) => loadDocument(store, id));
    if (json === undefined) throw new NotFoundError('action');
    return json;
  }

  /**
   * Returns the original text of the document in UTF-8, unmodified, and its format.
   *
   * @throws {NotFoundError} also if the document was sent as an object
   */
  async source(tenantId: string, gptId: string, actionId: string): Promise<{ format: DocumentFormat; text: Buffer }> {
    const { id, openapiFormat: format } = await this.find(tenantId, gptId, actionId);
    const text = await this.database.tenant(tenantId).read((store) => loadSource(store, id));
    if (format === null || text === undefined) throw new NotFoundError('text: the document was given as an object');
    return { format, text };
  }

  /**
   * Changes an action atomically.
   *
   * @throws {CountersignError} `secrets_required`: stored secrets would be sent to another server or endpoint; `conflict`: the action was
   *   modified concurrently; `duplicate_domain`
   */
  update(caller: TenantCaller, gptId: string, actionId: string, body: UpdateActionDto): Promise<ActionDto> {
    return this.change(caller, gptId, actionId, body, '/auth');
  }

  /**
   * Replaces the stored tools of an MCP server by those of a list.
   *
   * @throws {CountersignError} `conflict`: the action was modified concurrently, or has another server since the list was read
   */
  replaceTools(caller: TenantCaller, gptId: string, actionId: string, list: ImportedDocument): Promise<ActionDto> {
    return this.change(caller, gptId, actionId, {}, '/auth', list);
  }

  /** Returns the row of an action. @throws {NotFoundError} the GPT has no such action */
  row(tenantId: string, gptId: string, actionId: string): Promise<Action> {
    return this.find(tenantId, gptId, actionId);
  }

  /** Returns whether an action of any tenant has this callback and an MCP server. */
  async isServerCallback(callbackId: string): Promise<boolean> {
    const where = { callbackId, mcpUrl: Not(IsNull()) };
    return this.database.read((manager) => manager.existsBy(Action, where));
  }

  /** Changes the authentication schema only. @throws {CountersignError} as `update` */
  async selectAuth(caller: TenantCaller, gptId: string, actionId: string, input: unknown): Promise<object> {
    return (await this.change(caller, gptId, actionId, { auth: input ?? {} }, '')).auth;
  }

  private async change(
    caller: TenantCaller,
    gptId: string,
    actionId: string,
    body: UpdateActionDto,
    authAt: string,
    list?: ImportedDocument,
  ): Promise<ActionDto> {
    const before = await this.find(caller.tenantId, gptId, actionId);
    if (list && list.mcpUrl !== before.mcpUrl)
      throw new CountersignError('conflict', 'the action has another MCP server by now; review its tools');
    const imported = list ?? (await this.import(before, body));
    // What an import knew of an incomplete schema is more than the document knows.
    const suggestion = imported && !missingFields(before) ? imported.suggestedAuth : before.suggestedAuth;
    const server = imported ? serverOf(imported) : this.storedServer(before);
    const selection = body.auth
      ? await this.selections.select(body.auth, authAt, before, { before, suggestion, server })
      : undefined;
    const { keepsSecrets = before.authSecrets !== null, ...auth } = selection ?? {};
    const document = imported && (await this.withPolicyWarnings({ ...before, ...auth }, imported));
    const after: Action = {
      ...before,
      ...(document && documentColumns(document)),
      suggestedAuth: suggestion,
      ...auth,
      ...(body.privacy_policy_url !== undefined && { privacyPolicyUrl: body.privacy_policy_url }),
      revision: before.revision + 1,
      updatedAt: this.clock.now(),
    };
    const isChecked =
      selection !== undefined ||
      (before.serverUrl === server.serverUrl && !('token_header_name' in before.authSettings));
    if (!isChecked) await this.selections.checkForAction({ ...after, ...server }, authAt);
    const isRebound = before.serverUrl !== after.serverUrl || this.selections.rebinds(before, after);
    if (isRebound) {
      if (keepsSecrets && after.authSecrets) throw secretsRequired(authAt, await this.selections.secretNames(before));
      after.bindingVersion = before.bindingVersion + 1;
    }
    await this.database.tenant(caller.tenantId).write(async (store) => {
      await this.changes.replace(store, before, after);
      if (imported) await storeImported(store, actionId, imported);
      if (isRebound) await this.schemas.of(before).endUserCredentials(store, before, caller);
      else if (selection) await this.schemas.of(after).retryAfterChange(store, after);
      const fields = list ? ['mcp_tools'] : Object.keys(body).filter((name) => name !== 'auth');
      if (fields.length > 0) await this.changes.record(store, caller, after, 'action.updated', { fields });
      if (selection) await this.changes.record(store, caller, after, 'action.auth_changed', { auth: after.authType });
    }, LONG);
    this.cluster.publish('gpt', gptTopicId(caller.tenantId, gptId));
    return this.views.one(after);
  }

  async delete(caller: TenantCaller, gptId: string, actionId: string): Promise<void> {
    const row = await this.find(caller.tenantId, gptId, actionId);
    await this.schemas.of(row).drainUserCredentials(row, caller);
    await this.database.tenant(caller.tenantId).write(async (store) => {
      await this.schemas.of(row).deleteUserCredentials(store, row, caller);
      if ((await store.delete(Action, { id: actionId })) === 0) throw new NotFoundError('action');
      await this.changes.record(store, caller, row, 'action.deleted', { domain: row.domain });
    }, LONG);
    this.cluster.publish('gpt', gptTopicId(caller.tenantId, gptId));
  }

  /** Reads the document of a request: the given one, that of a URL, or the tools of an MCP server. */
  private async read(tenantId: string, body: CreateActionDto): Promise<ImportedDocument> {
    const { mcp_url: url } = body;
    if (url === undefined) return this.documents.read(tenantId, body, serverChoice(body));
    const others = ['openapi', 'openapi_url', 'server_url', 'server_variables'] as const;
    const other = others.find((name) => body[name] !== undefined && body[name] !== null);
    if (other) throw InvalidRequestError.at(`/${other}`, `an action with mcp_url has no ${other}`);
    return this.tools.readUrl(tenantId, url);
  }

  /**
   * Reads what a change replaces the document with: the new one, or the stored one again if only the server changes.
   *
   * @returns `undefined` if the document stays
   */
  private async import(before: Action, body: UpdateActionDto): Promise<ImportedDocument | undefined> {
    const { tenantId, openapiUrl: url, mcpUrl } = before;
    const replaces = body.openapi !== undefined || body.openapi_url !== undefined;
    const choosesServer = body.server_url !== undefined || body.server_variables !== undefined;
    if (body.mcp_url !== undefined && mcpUrl === null)
      throw InvalidRequestError.at(
        '/mcp_url',
        'the action has an OpenAPI document; create another one for the MCP server',
      );
    // The tools of the same server change by a review only.
    const isOtherServer = body.mcp_url !== undefined && body.mcp_url !== mcpUrl;
    if (mcpUrl !== null && (isOtherServer || replaces || choosesServer))
      return this.read(tenantId, { mcp_url: mcpUrl, ...body });
    if (!replaces && !choosesServer) return undefined;
    const server = serverChoice(body, before);
    return replaces
      ? this.documents.read(tenantId, body, server)
      : this.documents.reread(tenantId, this.storedDocument(before), { url: url ?? undefined, server });
  }

  private async withPolicyWarnings(action: Action, imported: ImportedDocument): Promise<ImportedDocument> {
    const warnings = await this.policies.ofDocument(action, imported);
    return { ...imported, warnings: [...imported.warnings, ...warnings] };
  }

  private async endAllUserCredentials(store: TenantStore, gptId: string, caller: TenantCaller): Promise<void> {
    for (const row of await store.find(Action, { gptId }))
      await this.schemas.of(row).deleteUserCredentials(store, row, caller);
  }

  private async drainAllUserCredentials(gptId: string, caller: TenantCaller): Promise<void> {
    const rows = await this.database.tenant(caller.tenantId).read((store) => store.find(Action, { gptId }));
    for (const row of rows) await this.schemas.of(row).drainUserCredentials(row, caller);
  }

  private storedServer({ tenantId, id, domain, serverUrl }: Action): Omit<ActionServer, 'tenantId'> {
    const load = () => this.database.tenant(tenantId).read((store) => loadPackedDocument(store, id));
    return { domain, serverUrl, declaresHeader: async (name) => declaresHeader(await load(), name) };
  }

  private storedDocument({ tenantId, id, openapiFormat }: Action): StoredDocument {
    const load = async (loader: typeof loadDocument) => {
      const bytes = await this.database.tenant(tenantId).read((store) => loader(store, id));
      if (bytes === undefined) throw new NotFoundError('action');
      // Node's own buffers share memory, so they cannot be transferred to a thread.
      return new Uint8Array(bytes);
    };
    return {
      json: () => load(loadDocument),
      text: async () => (openapiFormat === null ? undefined : load(loadSource)),
    };
  }

  private find(tenantId: string, gptId: string, id: string): Promise<Action> {
    return this.database.tenant(tenantId).read((store) => store.get(Action, { id, gptId }, 'action'));
  }
}

function secretsRequired(at: string, fields: readonly string[]): CountersignError {
  const errors = fields.map((name) => ({ pointer: `${at}/${name}`, message: `send ${name} again` }));
  const detail = 'the change would send the stored secrets to another server or endpoint; send the secrets again';
  return new CountersignError('secrets_required', detail, errors);
}
