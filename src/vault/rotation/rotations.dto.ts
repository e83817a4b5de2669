import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { RotationFailure } from './vault-rotation.entity.js';

export class CreateRotationDto {
  @ApiProperty({
    enum: ['kek', 'data'],
    example: 'data',
    description:
      '`data`: each tenant gets a new data key, and its secrets are sealed with it. `kek`: data keys are wrapped under the current key-encryption key.',
  })
  @IsIn(['kek', 'data'])
  scope!: 'kek' | 'data';

  @ApiPropertyOptional({ example: 't-3vq8cm2xk5dn7r9wyb4tz6ha5e', description: 'Of this tenant alone' })
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
    description: 'How much there was to do at the start: secrets, or data keys. Nothing until that has been counted',
  })
  total!: number | null;

  @ApiProperty({ type: 'integer', example: 1150 })
  done!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'What does not open, and was left as it is' })
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

  @ApiProperty({ type: [RotationFailureDto], description: 'Up to twenty of those that failed' })
  failures!: RotationFailure[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'What is in its way at present; it goes on by itself',
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
      '`data`: data keys that were replaced and are not deleted yet; they are an hour after the last secret has left them. `kek`: data keys that need another than the current key-encryption key; at 0 the others can be taken away.',
  })
  old_keys!: number;
}
