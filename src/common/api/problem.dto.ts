import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEMS } from '../errors/problems.js';

export class FieldErrorDto {
  @ApiProperty({ description: 'JSON pointer into the input (RFC 6901); empty for the whole input', example: '/name' })
  pointer!: string;

  @ApiProperty({ example: 'name must be a string' })
  message!: string;

  @ApiPropertyOptional({
    example: '/servers/0/url',
    description: 'JSON pointer into the document at `pointer`, if the input has several documents',
  })
  document_pointer?: string;

  @ApiPropertyOptional({
    example: 12,
    description: 'Line in a document that was sent as text, from 1 (`invalid_openapi` only)',
  })
  line?: number;

  @ApiPropertyOptional({ example: 5, description: 'Column in that line, from 1, in UTF-16 code units' })
  column?: number;
}

/** The body of every failure (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ example: 'urn:countersign:problem:not_found' })
  type!: string;

  @ApiProperty({ example: 'Resource not found' })
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ example: 'GPT not found' })
  detail!: string;

  @ApiProperty({ enum: Object.keys(PROBLEMS), example: 'not_found' })
  code!: string;

  @ApiProperty({ example: 'k2v7xq3mbn9c4w5ztr8ha6ydpe' })
  request_id!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto] })
  errors?: FieldErrorDto[];
}
