import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OperationPlans, type GptOperations } from '../actions/index.js';
import { LoadingCache } from '../cluster/index.js';
import { digest } from '../common/index.js';
import { toolDefinition, type JsonObject, type ToolFormat } from '@countersign/openapi';

/** A GPT's tools, serialized. */
interface ToolList {
  json: string;
  /** A digest of the text: it also changes if a newer version compiles the same documents differently (RFC 9110, section 8.8.3). */
  etag: string;
}

const MAX_CACHED_CHARACTERS = 64 * 1024 * 1024;
/** Definitions built before the event loop runs other requests: a document may have thousands. */
const BATCH_SIZE = 20;

/** Builds and caches tool definitions for models. */
@Injectable()
export class Tools {
  private readonly lists = new LoadingCache<ToolList>({
    max: 1000,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeOf: ({ json }) => json.length,
  });

  constructor(private readonly plans: OperationPlans) {}

  /** @throws {NotFoundError} the tenant has no such GPT */
  async list(tenantId: string, gptId: string, format: ToolFormat): Promise<ToolList> {
    const operations = await this.plans.all(tenantId, gptId);
    const build = () => buildList(operations, format);
    return (await this.lists.get(`${gptId} ${operations.revision} ${format}`, build)) as ToolList;
  }
}

async function buildList(operations: GptOperations, format: ToolFormat): Promise<ToolList> {
  const data: JsonObject[] = [];
  for await (const { toolName: name, operation } of operations.each()) {
    data.push(toolDefinition({ ...operation, name }, format));
    if (data.length % BATCH_SIZE === 0) await setImmediate();
  }
  const json = JSON.stringify({ data, next_cursor: null });
  return { json, etag: `"${digest(json).slice(0, 32)}"` };
}
