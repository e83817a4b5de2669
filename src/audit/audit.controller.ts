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
import { AuditChainer } from './audit-chainer.js';
import { AuditEvents, type AuditFilter } from './audit-events.js';
import { AuditLog } from './audit-log.js';
import { DEPLOYMENT, type AuditRecord } from './chain.js';

class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'key.created', description: 'An event type, or a prefix such as `key.*`' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  @Matches(/^[a-z_]+\.([a-z_]+|\*)$/, { message: 'type must look like key.created or key.*' })
  type?: string;

  @ApiPropertyOptional({ description: 'Id of the changed resource' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  target_id?: string;

  @ApiPropertyOptional({ description: 'Id of the API key or end user that made the change', example: 'user-17' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Only events at or after this time',
    example: '2026-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsRFC3339()
  since?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Only events before this time',
    example: '2031-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsRFC3339()
  until?: string;

  @ApiPropertyOptional({
    enum: ['asc', 'desc'],
    default: 'asc',
    description: '`asc`: oldest first; `desc`: newest first',
  })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'asc';

  @ApiPropertyOptional({
    description:
      "Operator only: the tenant whose events to list, which may be deleted; the deployment's own events by default",
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
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    default: 0,
    description: 'Sequence number after which the export starts',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  after_sequence: number = 0;
}

class AuditEventDto implements Record<keyof AuditRecord, unknown> {
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

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 17,
    description:
      'Position in the chain, from 1; `null` until the event is chained, about a second after it was recorded',
  })
  sequence!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: '`hash` of the previous event; 64 zeros for the first event; `null` until the event is chained',
  })
  previous_hash!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'SHA-256 of all other members as canonical JSON (RFC 8785); `null` until the event is chained',
  })
  hash!: string | null;
}

@ApiTags('Audit log')
@Controller('v1/audit-events')
export class AuditController {
  constructor(
    private readonly audit: AuditLog,
    private readonly events: AuditEvents,
    private readonly chainer: AuditChainer,
    private readonly database: Database,
  ) {}

  @Get()
  @Authenticated('admin', 'operator')
  @ApiOperation({
    operationId: 'listAuditEvents',
    summary: 'List audit events; those that are not chained yet come last',
  })
  @ApiPage(AuditEventDto)
  @ApiProblems('not_found')
  list(@CurrentCaller() caller: Caller, @Query() query: AuditQuery): Promise<Page<AuditRecord>> {
    return this.events.list(tenantOf(caller, query.tenant_id), filterOf(query), query);
  }

  @Get('export')
  @Authenticated('admin', 'operator')
  @ApiOperation({
    operationId: 'exportAuditEvents',
    summary: "Export an audit chain as JSON Lines; the last line holds the chain's head",
  })
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
    await this.chainer.chain(tenantId ?? DEPLOYMENT);
    void reply.header('content-type', 'application/x-ndjson; charset=utf-8');
    await reply.send(Readable.from(this.lines(tenantId ?? DEPLOYMENT, after)));
  }

  /** Yields the lines of an export. Events that are chained during the export are left for the next export. */
  private async *lines(chain: string, after: number): AsyncGenerator<string> {
    const head = await this.events.head(chain);
    if (head) {
      for await (const event of this.events.events(chain, after)) {
        if (event.sequence > head.sequence) break;
        yield `${JSON.stringify(event)}\n`;
      }
    }
    for await (const event of this.events.unchained(chain)) yield `${JSON.stringify(event)}\n`;
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
