import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OperationPlans, type GptTools } from '../actions/index.js';
import { TenantCache } from '../cluster/index.js';
import { InvalidRequestError } from '../common/index.js';
import type { ToolFormat } from '@countersign/openapi';

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
   * @param cursor `next_cursor` of the previous page
   * @throws {NotFoundError} the tenant has no such GPT
   * @throws {InvalidRequestError} the cursor is not of this GPT
   */
  async list(tenantId: string, gptId: string, format: ToolFormat, cursor?: string): Promise<ToolList> {
    const tools = await this.plans.tools(tenantId, gptId);
    const start = cursor === undefined ? 0 : tools.toolNames.indexOf(cursor);
    if (start < 0) throw InvalidRequestError.at('/cursor', 'cursor is not the next_cursor of a list of these tools');
    const build = () => buildPage(tools, start, format);
    return (await this.lists.get(tenantId, `${gptId} ${tools.revision} ${format} ${start}`, build)) as ToolList;
  }
}

async function buildPage(tools: GptTools, start: number, format: ToolFormat): Promise<ToolList> {
  const pages = await tools.render(start, format, MAX_PAGE_CHARACTERS);
  const next = tools.toolNames[pages.reduce((sum, { count }) => sum + count, start)] ?? null;
  const filled = pages
    .filter(({ json }) => json.length > 0)
    .flatMap(({ json }, index) => (index > 0 ? [COMMA, json] : [json]));
  const end = `],"next_cursor":${JSON.stringify(next)}${noticeOf(tools, next)}}`;
  const json = Buffer.concat([Buffer.from('{"data":['), ...filled, Buffer.from(end)]);
  return { json, etag: `"${createHash('sha256').update(json).digest('hex').slice(0, 32)}"` };
}

const COMMA = Buffer.from(',');

/** Returns the member that says how many tools are missing, if any are. */
function noticeOf({ toolNames }: GptTools, next: string | null): string {
  if (next === null) return '';
  const missing = toolNames.length - toolNames.indexOf(next);
  return `,"notice":"${missing} more tools follow; get them with cursor=${next}"`;
}
