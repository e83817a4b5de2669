import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OperationPlans, type GptTools, type ToolFilter } from '../actions/index.js';
import { TenantCache } from '../cluster/index.js';
import { digest, InvalidRequestError, type TenantCaller } from '../common/index.js';
import type { ToolFormat } from '@countersign/openapi';

/** Which tools to list, and how. */
export interface ToolsRequest {
  format: ToolFormat;
  /** `next_cursor` of the previous page. */
  cursor?: string;
  /** The number of tools on a page; all by default. */
  limit?: number;
  filter: ToolFilter;
}

/** A page of a GPT's tools, serialized in UTF-8. */
interface ToolList {
  json: Buffer;
  /** A digest of the text: it also changes if a newer version compiles the same documents differently (RFC 9110, section 8.8.3). */
  etag: string;
}

const MAX_CACHED_BYTES = 32 * 1024 * 1024;
/** The characters of a page, of which the last tool may be the only one that has more. */
const MAX_PAGE_CHARACTERS = 8 * 1024 * 1024;

/** Builds and caches tool definitions for models. */
@Injectable()
export class Tools {
  private readonly lists = new TenantCache<ToolList>({
    max: 1000,
    maxSize: MAX_CACHED_BYTES,
    sizeOf: ({ json }) => json.length,
  });

  constructor(private readonly plans: OperationPlans) {}

  /**
   * @param caller a key that is restricted to operations sees only these
   * @throws {NotFoundError} the tenant has no such GPT
   * @throws {InvalidRequestError} the cursor is not of this list
   */
  async list({ tenantId, operationIds }: TenantCaller, gptId: string, query: ToolsRequest): Promise<ToolList> {
    const tools = await this.plans.tools(tenantId, gptId, operationIds);
    const restriction = operationIds ? digest(JSON.stringify(operationIds)) : '';
    const key = `${gptId} ${tools.revision} ${restriction} ${requestKey(query)}`;
    return (await this.lists.get(tenantId, key, () => buildPage(tools, query))) as ToolList;
  }
}

function requestKey({ format, cursor, limit, filter: { actionId, tag, search } }: ToolsRequest): string {
  return JSON.stringify([format, cursor, limit, actionId, tag, search]);
}

async function buildPage(all: GptTools, { format, cursor, limit, filter }: ToolsRequest): Promise<ToolList> {
  const tools = Object.values(filter).some((value) => value !== undefined) ? await all.matching(filter) : all;
  const start = cursor === undefined ? 0 : tools.toolNames.indexOf(cursor);
  if (start < 0) throw InvalidRequestError.at('/cursor', 'cursor is not the next_cursor of a list of these tools');
  const pages = await tools.render(start, format, { characters: MAX_PAGE_CHARACTERS, count: limit });
  const count = pages.reduce((sum, page) => sum + page.count, 0);
  const next = tools.toolNames[start + count] ?? null;
  const filled = pages
    .filter(({ json }) => json.length > 0)
    .flatMap(({ json }, index) => (index > 0 ? [COMMA, json] : [json]));
  const notices = [missingNotice(tools, next), limitNotice(format, count)].filter((notice) => notice !== undefined);
  const notice = notices.length > 0 ? `,"notice":${JSON.stringify(notices.join('. '))}` : '';
  const end = `],"next_cursor":${JSON.stringify(next)}${notice}}`;
  const json = Buffer.concat([Buffer.from('{"data":['), ...filled, Buffer.from(end)]);
  return { json, etag: `"${createHash('sha256').update(json).digest('hex').slice(0, 32)}"` };
}

const COMMA = Buffer.from(',');

/** Says how many tools follow, if any do. */
function missingNotice({ toolNames }: GptTools, next: string | null): string | undefined {
  if (next === null) return undefined;
  const missing = toolNames.length - toolNames.indexOf(next);
  return `${missing} more tools follow; get them with cursor=${next}`;
}

/**
 * The tools that a vendor accepts in a request. OpenAI rejects more ("array too long"), Vertex AI documents 128 function declarations, and the
 * Gemini API rejects more than 512. Anthropic and MCP document no limit.
 */
const VENDOR_LIMITS: Partial<Record<ToolFormat, { vendor: string; max: number }>> = {
  openai: { vendor: 'OpenAI', max: 128 },
  openai_responses: { vendor: 'OpenAI', max: 128 },
  gemini: { vendor: 'Vertex AI', max: 128 },
};

/** Says that a vendor accepts fewer tools, if it does. */
function limitNotice(format: ToolFormat, count: number): string | undefined {
  const limit = VENDOR_LIMITS[format];
  if (limit === undefined || count <= limit.max) return undefined;
  return `${limit.vendor} accepts at most ${limit.max} tools in a request, and these are ${count}; select some with action_id, tag, search or limit`;
}
