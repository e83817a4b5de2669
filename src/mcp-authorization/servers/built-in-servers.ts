import { Injectable } from '@nestjs/common';
import { CountersignError, NotFoundError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { McpSettings, mcpUrl } from '../../mcp/index.js';

/** The authorization server of a GPT. */
export interface BuiltInServer {
  settings: McpSettings & { loginUrl: string };
  /** The issuer identifier (RFC 8414, section 2), which is the MCP URL. */
  issuer: string;
}

/** The authorization servers of the GPTs whose `authorization` is `builtin`. */
@Injectable()
export class BuiltInServers {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** Finds the server of a GPT by the id in a URL. Nothing tells a GPT that has none from one that does not exist. */
  async find(gptId: string): Promise<BuiltInServer | undefined> {
    const row = await this.database.read((manager) => manager.findOneBy(McpSettings, { gptId }));
    return row ? this.serverOf(row) : undefined;
  }

  /** @throws {NotFoundError} as `find` */
  async get(gptId: string): Promise<BuiltInServer> {
    const server = await this.find(gptId);
    if (!server) throw new NotFoundError('authorization server');
    return server;
  }

  /** @throws {CountersignError} `conflict`: the GPT has no authorization server any more */
  async ofTenant(tenantId: string, gptId: string): Promise<BuiltInServer> {
    const row = await this.database.tenant(tenantId).read((store) => store.findOne(McpSettings, { gptId }));
    const server = row ? this.serverOf(row) : undefined;
    if (!server) throw new CountersignError('conflict', 'the GPT no longer uses the built-in authorization server');
    return server;
  }

  private serverOf(row: McpSettings): BuiltInServer | undefined {
    const { loginUrl, gptId } = row;
    if (!row.enabled || row.authorization !== 'builtin' || loginUrl === null) return undefined;
    return { settings: { ...row, loginUrl }, issuer: mcpUrl(this.settings.publicUrl, gptId) };
  }
}
