import { Injectable } from '@nestjs/common';
import { InvalidRequestError, RawJson } from '../../common/index.js';
import { Tools } from '../../tool-calls/index.js';
import { SealedTokens, type TokenScope } from '../../vault/index.js';
import type { McpPrincipal } from '../principals/access-tokens.js';
import { ProtocolError } from '../elicitation/protocol-error.js';

const PAGE_SIZE = 1000;
const CURSOR_LIFETIME_MS = 900_000;

/** The text between the tools of a page and what follows them. It does not occur after them, where quotes in strings are escaped. */
const END_OF_TOOLS = '],"next_cursor":';
const START = '{"data":';

/** Lists a GPT's tools in pages of 1,000. */
@Injectable()
export class ListTools {
  constructor(
    private readonly tools: Tools,
    private readonly tokens: SealedTokens,
  ) {}

  /** @throws {ProtocolError} -32602: the cursor is invalid, has expired, or is of another client or list */
  async page(
    gptId: string,
    principal: McpPrincipal,
    cursor: unknown,
  ): Promise<{ tools: RawJson; nextCursor: string | undefined }> {
    const scope = scopeOf(gptId, principal);
    const start = cursor === undefined ? undefined : await this.openCursor(scope, cursor);
    const query = { format: 'mcp', cursor: start, limit: PAGE_SIZE, filter: {} } as const;
    const { json } = await this.tools.list(principal.caller, gptId, query).catch(rejectCursor);
    const end = json.lastIndexOf(END_OF_TOOLS) + 1;
    const { next_cursor: next } = JSON.parse(`{${json.subarray(end + 1).toString()}`) as { next_cursor: string | null };
    const nextCursor = next === null ? undefined : await this.tokens.seal(scope, next, CURSOR_LIFETIME_MS);
    return { tools: new RawJson([json.subarray(START.length, end)]), nextCursor };
  }

  private async openCursor(scope: TokenScope, cursor: unknown): Promise<string> {
    const name = typeof cursor === 'string' ? await this.tokens.open<string>(scope, cursor) : undefined;
    if (name === undefined) throw invalidCursor();
    return name;
  }
}

/** The tool at which the page begins has been removed. */
function rejectCursor(error: unknown): never {
  throw error instanceof InvalidRequestError ? invalidCursor() : error;
}

function invalidCursor(): ProtocolError {
  return ProtocolError.invalidParams('the cursor is invalid or has expired; list the tools from the beginning');
}

function scopeOf(gptId: string, { kind, id, caller }: McpPrincipal): TokenScope {
  return { tenantId: caller.tenantId, use: 'mcp.cursor', boundTo: [gptId, kind, id] };
}
