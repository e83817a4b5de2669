import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEMS } from '../errors/problems.js';

export class FieldErrorDto {
  @ApiProperty({ description: 'JSON pointer into the input (RFC 6901); empty for the whole', example: '/name' })
  pointer!: string;

  @ApiProperty({ example: 'name must be a string' })
  message!: string;

  @ApiPropertyOptional({
    example: 12,
    description: 'Of `invalid_openapi`, where the document is text: its line, from 1',
  })
  line?: number;

  @ApiPropertyOptional({ example: 5, description: 'Likewise the column, from 1, in units of UTF-16' })
  column?: number;
}

/** How every failure looks (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ example: 'urn:countersign:problem:not_found' })
  type!: string;

  @ApiProperty({ example: 'There is no such resource' })
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ example: 'there is no such GPT' })
  detail!: string;

  @ApiProperty({ enum: Object.keys(PROBLEMS), example: 'not_found' })
  code!: string;

  @ApiProperty({ example: 'k2v7xq3mbn9c4w5ztr8ha6ydpe' })
  request_id!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto] })
  errors?: FieldErrorDto[];
}
