import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsRFC3339,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/** How a query spells booleans. */
const BOOLEANS = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
]);

export class CreateKeyDto {
  @ApiProperty({ enum: ['admin', 'runtime'], example: 'runtime' })
  @IsIn(['admin', 'runtime'])
  role!: 'admin' | 'runtime';

  @ApiProperty({ example: 'chat runtime', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['g-3vq8cm2xk5dn7r9wyb4tz6ha5e'],
    description: 'Restricts a runtime key to these GPTs; without it the key covers all GPTs of the tenant',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(40, { each: true })
  gpt_ids?: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['act-3vq8cm2xk5dn7r9wyb4tz6ha5e/listNotes'],
    description:
      'Restricts a runtime key to these operations, each an action id, `/` and an operation id, and to the GPTs of their actions',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(500, { each: true })
  operation_ids?: string[];

  @ApiPropertyOptional({ format: 'date-time', example: '2031-01-01T00:00:00Z' })
  @IsOptional()
  @IsRFC3339()
  expires_at?: string;
}

export class CreateAdminKeyDto {
  @ApiProperty({ enum: ['admin'], example: 'admin' })
  @IsIn(['admin'])
  role!: 'admin';

  @ApiProperty({ example: 'replaces a lost key', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  name!: string;
}

export class RevokeKeyQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: "Revokes the tenant's last admin key as well; then only the operator can create another",
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => BOOLEANS.get(value) ?? value)
  @IsBoolean()
  force: boolean = false;
}

export class RotateKeyDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 2_592_000,
    default: 86_400,
    description: 'Seconds for which the old key keeps working',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2_592_000)
  overlap_seconds: number = 86_400;

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2031-01-01T00:00:00Z',
    description: 'Expiry of the new key; by default it has the same lifetime as the old key, from now',
  })
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

  @ApiProperty({
    type: [String],
    nullable: true,
    example: null,
    description: 'The GPTs that the key is restricted to; `null` for all',
  })
  gpt_ids!: string[] | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    example: null,
    description: 'The operations that the key is restricted to; `null` for all of its GPTs',
  })
  operation_ids!: string[] | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Id of the key that replaced this one' })
  replaced_by!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revoked_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Accurate to the minute' })
  last_used_at!: string | null;
}

export class CreatedKeyDto extends KeyDto {
  @ApiProperty({ description: 'The key itself, which is shown only once', example: 'cs_runtime_key-…_…' })
  key!: string;
}
