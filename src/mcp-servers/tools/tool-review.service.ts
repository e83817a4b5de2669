import { Injectable } from '@nestjs/common';
import { canonicalJson, objectMember, parseJsonExactly, stringMember, type JsonObject } from '@countersign/openapi';
import {
  ActionsService,
  ToolImport,
  unpack,
  type Action,
  type ActionDto,
  type ImportedDocument,
} from '../../actions/index.js';
import type { ToolList } from '../../mcp-client/index.js';
import { CountersignError, digest, InvalidRequestError, type TenantCaller } from '../../common/index.js';
import { Credentials, SignInRequiredError, withCredentialQuery } from '../../credentials/index.js';
import type {
  AcceptToolsDto,
  ReviewedToolDto,
  ToolReviewDto,
  ToolReviewEntryDto,
  ToolStatus,
} from './tool-review.dto.js';

/** The time for a credential and a list. */
const TIMEOUT_MS = 30_000;

/** The tools of a document by name: one POST for each. */
type Operations = Map<string, JsonObject>;

/** A list of tools, and the document that would be stored for it. */
interface ReadList {
  imported: ImportedDocument;
  document: JsonObject;
}

/** An action whose operations are an MCP server's tools. */
type ServerAction = Action & { mcpUrl: string };

/**
 * Shows what an MCP server lists now beside what is stored, and stores it when the builder accepts it. Until then models see the stored tools: a server
 * cannot change what was reviewed.
 */
@Injectable()
export class ToolReview {
  constructor(
    private readonly actions: ActionsService,
    private readonly tools: ToolImport,
    private readonly credentials: Credentials,
  ) {}

  /**
   * Compares the tools.
   *
   * @param user whose credential lists them, if the schema signs users in
   * @throws {NotFoundError} the GPT has no such action
   * @throws {InvalidRequestError} the action has an OpenAPI document
   * @throws {CountersignError} `user_required`, `credential_unavailable`, `egress_denied`, `upstream_*`
   */
  async review(caller: TenantCaller, gptId: string, actionId: string, user?: string): Promise<ToolReviewDto> {
    const action = await this.find(caller, gptId, actionId);
    try {
      const { document } = await this.list(caller, action, user);
      return comparison(await this.storedOf(caller, action), operationsOf(document));
    } catch (error) {
      if (!(error instanceof SignInRequiredError)) throw error;
      return { digest: null, up_to_date: false, sign_in: error.signIn, tools: [] };
    }
  }

  /**
   * Stores what the server lists.
   *
   * @throws {CountersignError} `conflict`: the server lists other tools than those that were reviewed, or the user has to sign in; otherwise as `review`
   */
  async accept(
    caller: TenantCaller,
    gptId: string,
    actionId: string,
    { digest: reviewed, user }: AcceptToolsDto,
  ): Promise<ActionDto> {
    const action = await this.find(caller, gptId, actionId);
    const { imported, document } = await this.list(caller, action, user).catch((error: unknown) => {
      if (!(error instanceof SignInRequiredError)) throw error;
      throw new CountersignError('conflict', 'the user has to sign in again; review the tools again');
    });
    if (digestOf(operationsOf(document)) !== reviewed)
      throw new CountersignError(
        'conflict',
        'the server lists other tools than those that were reviewed; review them again',
      );
    return this.actions.replaceTools(caller, gptId, actionId, imported);
  }

  private async find({ tenantId }: TenantCaller, gptId: string, actionId: string): Promise<ServerAction> {
    const action = await this.actions.row(tenantId, gptId, actionId);
    const { mcpUrl } = action;
    if (mcpUrl === null) throw InvalidRequestError.at('', 'the action has an OpenAPI document and no MCP server');
    return { ...action, mcpUrl };
  }

  /** Lists the tools and reads them as they would be stored: reading repairs a document. */
  private async list(caller: TenantCaller, action: ServerAction, user: string | undefined): Promise<ReadList> {
    const imported = await this.tools.read(caller.tenantId, action.mcpUrl, await this.fetch(caller, action, user));
    return { imported, document: parsed(await unpack(imported.parts)) };
  }

  private async fetch(caller: TenantCaller, action: ServerAction, user: string | undefined): Promise<ToolList> {
    const { tenantId } = caller;
    const operation = { operationId: 'tools/list', requiresAuth: true };
    const call = { action, operation, caller, user, deadline: Date.now() + TIMEOUT_MS };
    let credential = await this.credentials.authenticate(call);
    for (let isRenewed = false; ; isRenewed = true) {
      const url = withCredentialQuery(credential.serverUrl ?? action.mcpUrl, credential.query);
      const list = await this.tools.list({ tenantId, url, headers: credential.headers, pointer: '' });
      if (!('refusal' in list)) return list;
      const next = isRenewed ? undefined : await credential.renew?.();
      if (next === undefined) {
        const { status } = list.refusal.response;
        throw new CountersignError(
          'upstream_invalid',
          `the server answered ${status}: it does not accept the credential of the action`,
        );
      }
      credential = next;
    }
  }

  private async storedOf({ tenantId }: TenantCaller, { gptId, id }: Action): Promise<Operations> {
    return operationsOf(parsed(await this.actions.openapi(tenantId, gptId, id)));
  }
}

function parsed(json: Buffer): JsonObject {
  return parseJsonExactly(json.toString()) as JsonObject;
}

function operationsOf(document: JsonObject): Operations {
  const items = Object.values(objectMember(document, 'paths') ?? {});
  return new Map(
    items.flatMap((item) => {
      const operation = objectMember(item, 'post');
      return operation ? [[stringMember(operation, 'operationId') ?? '', operation] as const] : [];
    }),
  );
}

function digestOf(operations: Operations): string {
  return digest(canonicalJson(Object.fromEntries(operations)));
}

function comparison(stored: Operations, listed: Operations): ToolReviewDto {
  const names = [...new Set([...listed.keys(), ...stored.keys()])];
  const tools = names.map((name) => entryOf(name, stored.get(name), listed.get(name)));
  return {
    digest: digestOf(listed),
    up_to_date: tools.every(({ status }) => status === 'same'),
    sign_in: null,
    tools,
  };
}

function entryOf(name: string, stored: JsonObject | undefined, listed: JsonObject | undefined): ToolReviewEntryDto {
  return { name, status: statusOf(stored, listed), stored: toolOf(stored), listed: toolOf(listed) };
}

function statusOf(stored: JsonObject | undefined, listed: JsonObject | undefined): ToolStatus {
  if (stored === undefined) return 'new';
  if (listed === undefined) return 'removed';
  return canonicalJson(stored) === canonicalJson(listed) ? 'same' : 'changed';
}

function toolOf(operation: JsonObject | undefined): ReviewedToolDto | null {
  if (operation === undefined) return null;
  const content = objectMember(objectMember(operation, 'requestBody'), 'content');
  const { $id: _, ...schema } = objectMember(objectMember(content, 'application/json'), 'schema') ?? {};
  return {
    title: stringMember(operation, 'summary') ?? null,
    description: stringMember(operation, 'description') ?? '',
    input_schema: schema,
    is_consequential: operation['x-openai-isConsequential'] !== false,
  };
}
