import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsRFC3339, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  NotFoundError,
  PageQuery,
  parseTime,
  type Caller,
  type HttpReply,
  type Page,
} from '../common/index.js';
import { Database } from '../database/index.js';
import { AuditLog, type AuditFilter } from './audit-log.js';
import { DEPLOYMENT, type ChainedEvent } from './chain.js';

class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'key.created', description: 'A type, or `key.*` for all that begin so' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  @Matches(/^[a-z_]+\.([a-z_]+|\*)$/, { message: 'type must look like key.created or key.*' })
  type?: string;

  @ApiPropertyOptional({ description: 'The id of what was changed' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  target_id?: string;

  @ApiPropertyOptional({ description: 'The id of the key, or the end user, that did it', example: 'user-17' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'From then on', example: '2026-01-01T00:00:00Z' })
  @IsOptional()
  @IsRFC3339()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before then', example: '2031-01-01T00:00:00Z' })
  @IsOptional()
  @IsRFC3339()
  until?: string;

  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'asc', description: 'Oldest first, or newest' })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'asc';

  @ApiPropertyOptional({
    description: "For the operator: a tenant's events, also of one that was deleted. Without it, the deployment's own",
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  tenant_id?: string;
}

class ExportQuery extends OmitType(AuditQuery, [
  'limit',
  'cursor',
  'order',
  'type',
  'target_id',
  'actor',
  'since',
  'until',
]) {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0, description: 'Begins behind this event' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  after_sequence: number = 0;
}

class AuditEventDto implements ChainedEvent {
  @ApiProperty({ example: 'evt-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'key.created' })
  type!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { kind: 'key', key_id: 'key-…', role: 'admin', address: '127.0.0.1', request_id: '…' },
  })
  actor!: Record<string, string>;

  @ApiProperty({ example: 'key-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  target_id!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { role: 'runtime' } })
  details!: Record<string, unknown>;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ example: 't-3vq8cm2xk5dn7r9wyb4tz6ha5e', description: "The tenant's id, or `deployment`" })
  chain!: string;

  @ApiProperty({ type: 'integer', example: 17, description: 'Its place in the chain: 1, 2, 3 …' })
  sequence!: number;

  @ApiProperty({ description: 'The `hash` of the event before; 64 zeros before the first' })
  previous_hash!: string;

  @ApiProperty({ description: 'SHA-256 of all other members as canonical JSON (RFC 8785)' })
  hash!: string;
}

@ApiTags('Audit')
@Controller('v1/audit-events')
export class AuditController {
  constructor(
    private readonly audit: AuditLog,
    private readonly database: Database,
  ) {}

  @Get()
  @Authenticated('admin', 'operator')
  @ApiOperation({ summary: 'Who did what, when, to what, from where' })
  @ApiPage(AuditEventDto)
  @ApiProblems('not_found')
  list(@CurrentCaller() caller: Caller, @Query() query: AuditQuery): Promise<Page<ChainedEvent>> {
    return this.audit.list(tenantOf(caller, query.tenant_id), filterOf(query), query);
  }

  @Get('export')
  @Authenticated('admin', 'operator')
  @ApiOperation({ summary: 'All events of a chain as JSON lines, the last line telling where the chain ends' })
  @ApiOkResponse({
    content: {
      'application/x-ndjson': { schema: { type: 'string', example: '{"chain":"t-…","sequence":1,…}\n{"head":{…}}\n' } },
    },
  })
  @ApiProblems('invalid_request', 'not_found')
  async export(@CurrentCaller() caller: Caller, @Query() query: ExportQuery, @Res() reply: HttpReply): Promise<void> {
    const tenantId = tenantOf(caller, query.tenant_id);
    const { after_sequence: after } = query;
    const event = { type: 'audit.exported', actor: caller, targetId: tenantId ?? DEPLOYMENT } as const;
    await this.database.write((manager) =>
      this.audit.record({ manager, tenantId }, { ...event, details: { after_sequence: after } }),
    );
    void reply.header('content-type', 'application/x-ndjson; charset=utf-8');
    await reply.send(Readable.from(this.lines(tenantId ?? DEPLOYMENT, after)));
  }

  /** Yields the lines of an export. Events that are recorded meanwhile are left for the next export. */
  private async *lines(chain: string, after: number): AsyncGenerator<string> {
    const head = await this.audit.head(chain);
    if (head) {
      for await (const event of this.audit.events(chain, after)) {
        if (event.sequence > head.sequence) break;
        yield `${JSON.stringify(event)}\n`;
      }
    }
    yield `${JSON.stringify({ head: { chain, sequence: 0, ...head } })}\n`;
  }
}

/** @throws {NotFoundError} an admin key names another tenant */
function tenantOf(caller: Caller, named: string | undefined): string | null {
  if (caller.tenantId === undefined) return named ?? null;
  if (named !== undefined && named !== caller.tenantId) throw new NotFoundError('tenant');
  return caller.tenantId;
}

function filterOf({ since, until, ...query }: AuditQuery): AuditFilter {
  return { ...query, ...(since && { since: parseTime(since) }), ...(until && { until: parseTime(until) }) };
}
