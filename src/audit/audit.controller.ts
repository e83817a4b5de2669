import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiPage, Authenticated, CurrentCaller, PageQuery, type Page, type TenantCaller } from '../common/index.js';
import { AuditLog, type AuditEventView } from './audit-log.js';

class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'key.created' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  type?: string;

  @ApiPropertyOptional({ description: 'The id of what was changed' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  target_id?: string;
}

class AuditEventDto implements AuditEventView {
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
}

@ApiTags('Audit')
@Controller('v1/audit-events')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @Authenticated('admin')
  @ApiOperation({ summary: 'Who did what, when, to what, from where' })
  @ApiPage(AuditEventDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: AuditQuery): Promise<Page<AuditEventView>> {
    return this.audit.list(caller.tenantId, query, query);
  }
}
