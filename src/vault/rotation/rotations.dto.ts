import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { RotationFailure } from './vault-rotation.entity.js';

export class CreateRotationDto {
  @ApiProperty({
    enum: ['kek', 'data'],
    example: 'data',
    description:
      '`data`: adds a new data key for each tenant and reseals its secrets. `kek`: wraps data keys under the primary key-encryption key',
  })
  @IsIn(['kek', 'data'])
  scope!: 'kek' | 'data';

  @ApiPropertyOptional({ example: 't-3vq8cm2xk5dn7r9wyb4tz6ha5e', description: 'Rotates the keys of this tenant only' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  tenant_id?: string;
}

class RotationFailureDto implements RotationFailure {
  @ApiProperty({ example: 't-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  tenant_id!: string;

  @ApiProperty({ example: 'connections' })
  table!: string;

  @ApiProperty({ example: 'conn-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  row_id!: string;
}

class RotationProgressDto {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1200,
    description: 'The number of secrets or data keys at the start; `null` until they are counted',
  })
  total!: number | null;

  @ApiProperty({ type: 'integer', example: 1150 })
  done!: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Secrets or data keys that cannot be decrypted. They are left unchanged',
  })
  failed!: number;
}

export class RotationDto {
  @ApiProperty({ example: 'rot-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ enum: ['kek', 'data'] })
  scope!: 'kek' | 'data';

  @ApiProperty({ type: String, nullable: true, example: null })
  tenant_id!: string | null;

  @ApiProperty({ enum: ['running', 'completed'] })
  status!: 'running' | 'completed';

  @ApiProperty({ type: RotationProgressDto })
  progress!: RotationProgressDto;

  @ApiProperty({ type: [RotationFailureDto], description: 'The first 20 failures' })
  failures!: RotationFailure[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why the rotation is interrupted. It resumes by itself',
  })
  error!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completed_at!: string | null;
}

export class RotationDetailsDto extends RotationDto {
  @ApiProperty({
    type: 'integer',
    example: 0,
    description:
      '`data`: replaced data keys that are not deleted yet; they are deleted an hour after they seal no secret. `kek`: data keys that are wrapped under another than the primary key-encryption key; at 0, the other keys can be removed',
  })
  old_keys!: number;
}
