import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsRFC3339, IsString, Length } from 'class-validator';

export class CreateKeyDto {
  @ApiProperty({ enum: ['admin', 'runtime'], example: 'runtime' })
  @IsIn(['admin', 'runtime'])
  role!: 'admin' | 'runtime';

  @ApiProperty({ example: 'chat runtime', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiPropertyOptional({ format: 'date-time', example: '2031-01-01T00:00:00Z' })
  @IsOptional()
  @IsRFC3339()
  expires_at?: string;
}

export class KeyDto {
  @ApiProperty({ example: 'key-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ enum: ['admin', 'runtime'] })
  role!: 'admin' | 'runtime';

  @ApiProperty({ example: 'chat runtime' })
  name!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revoked_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute' })
  last_used_at!: string | null;
}

export class CreatedKeyDto extends KeyDto {
  @ApiProperty({ description: 'The key itself: shown now and never again', example: 'cs_runtime_key-…_…' })
  key!: string;
}
