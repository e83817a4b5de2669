import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class StartConsoleSessionDto {
  @ApiProperty({ description: 'An admin or operator key', example: 'cs_admin_key-…_…' })
  @IsString()
  @Length(1, 200)
  key!: string;
}

export class ConsoleSessionDto {
  @ApiProperty({ enum: ['operator', 'admin'] })
  role!: 'operator' | 'admin';

  @ApiProperty({ example: 'key-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  key_id!: string;

  @ApiProperty({ type: String, nullable: true, example: 't-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  tenant_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Acme Assistants' })
  tenant_name!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: '`null` if the request was authenticated with a key',
  })
  expires_at!: string | null;
}
