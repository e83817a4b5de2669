import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';

export class CreateGptDto {
  @ApiProperty({ example: 'Note keeper', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  name!: string;

  @ApiPropertyOptional({ example: 'Keeps your notes', maxLength: 1000 })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string;

  @ApiPropertyOptional({ example: 'You keep the notes of the user.', maxLength: 16_000 })
  @IsOptional()
  @IsString()
  @MaxLength(16_000)
  instructions?: string;
}

export class UpdateGptDto extends PartialType(CreateGptDto) {}

export class GptDto {
  @ApiProperty({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'Note keeper' })
  name!: string;

  @ApiProperty({ example: 'Keeps your notes' })
  description!: string;

  @ApiProperty({ example: 'You keep the notes of the user.' })
  instructions!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}
