import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_FAILURES, type ConnectionImport } from './connection-import.entity.js';

export class StartedImportDto {
  @ApiProperty({ example: 'imp-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;
}

class LineFailureDto {
  @ApiProperty({ example: 17, description: 'The number of the line in the body, from 1' })
  line!: number;

  @ApiProperty({
    example: 'invalid_request',
    description:
      '`invalid_json`: not a JSON object in UTF-8; `line_too_long`: more than 48,000 bytes; `invalid_request`: a field is missing, unknown or invalid; `not_found`: the action does not exist; `seal_broken`: the stored line cannot be decrypted',
  })
  code!: string;

  @ApiPropertyOptional({ example: '/expires_at', description: 'JSON pointer to the field, if one is at fault' })
  pointer?: string;
}

export class ConnectionImportDto {
  @ApiProperty({ example: 'imp-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ enum: ['running', 'completed'] })
  status!: 'running' | 'completed';

  @ApiProperty({ example: 1000, description: 'Lines, without blank ones' })
  total!: number;

  @ApiProperty({ example: 940, description: 'Lines that were stored as connections' })
  created!: number;

  @ApiProperty({ example: 3, description: 'Those of `created` whose user had a connection before' })
  replaced!: number;

  @ApiProperty({ example: 50, description: 'Lines without `replace` whose user has an active connection' })
  skipped!: number;

  @ApiProperty({ example: 10 })
  failed!: number;

  @ApiProperty({
    type: [LineFailureDto],
    description: `The first ${MAX_FAILURES} failures. Lines of an action that is deleted meanwhile are only counted`,
  })
  failures!: LineFailureDto[];

  @ApiProperty({ description: 'Whether `failures` lacks some of them' })
  failures_truncated!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completed_at!: string | null;
}

export function importView(row: ConnectionImport): ConnectionImportDto {
  const { id, status, total, created, replaced, skipped, failed, failures } = row;
  return {
    id,
    status: status === 'completed' ? 'completed' : 'running',
    total,
    created,
    replaced,
    skipped,
    failed,
    failures,
    failures_truncated: failures.length < failed,
    created_at: row.createdAt.toISOString(),
    completed_at: row.completedAt?.toISOString() ?? null,
  };
}
