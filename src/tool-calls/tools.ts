import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OperationPlans, type GptOperations } from '../actions/index.js';
import { LoadingCache } from '../cluster/index.js';
import { digest } from '../common/index.js';
import { toolDefinition, type JsonObject, type ToolFormat } from '@countersign/openapi';

/** The list of a GPT's tools, as it is sent. */
interface ToolList {
  json: string;
  /** Of the text, so that it changes with what a newer version makes of the same documents too (RFC 9110, section 8.8.3). */
  etag: string;
}

const MAX_CACHED_CHARACTERS = 64 * 1024 * 1024;
/** So many definitions are made before others get their turn: a document may have thousands. */
const AT_ONCE = 20;

/** Operations as the tools of a model. */
@Injectable()
export class Tools {
  private readonly lists = new LoadingCache<ToolList>({
    max: 1000,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeOf: ({ json }) => json.length,
  });

  constructor(private readonly plans: OperationPlans) {}

  /** @throws {NotFoundError} there is no such GPT of this tenant */
  async list(tenantId: string, gptId: string, format: ToolFormat): Promise<ToolList> {
    const operations = await this.plans.all(tenantId, gptId);
    const make = () => listOf(operations, format);
    return (await this.lists.get(`${gptId} ${operations.revision} ${format}`, make)) as ToolList;
  }
}

async function listOf(operations: GptOperations, format: ToolFormat): Promise<ToolList> {
  const data: JsonObject[] = [];
  for await (const { toolName: name, operation } of operations.each()) {
    data.push(toolDefinition({ ...operation, name }, format));
    if (data.length % AT_ONCE === 0) await setImmediate();
  }
  const json = JSON.stringify({ data, next_cursor: null });
  return { json, etag: `"${digest(json).slice(0, 32)}"` };
}
