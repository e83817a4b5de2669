import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';
import { DOCUMENT_FORMATS, type DocumentFormat } from '@countersign/openapi';
import { OperationDto } from '../operations/operation.dto.js';
import { ServerChoiceDto } from './server-choice.dto.js';
import { UnreadDocument } from './unread-document.js';

export const WEB_URL = { protocols: ['https', 'http'], require_protocol: true, require_tld: false, require_host: true };

export const isDocument = (value: unknown) =>
  typeof value === 'string' || (typeof value === 'object' && value !== null);

const isDocumentText = (value: unknown) =>
  typeof value === 'string' || (value instanceof UnreadDocument && value.form === 'text');

export class WarningDto {
  @ApiProperty({ example: 'description_too_long' })
  code!: string;

  @ApiProperty({ example: 'the description is longer than 300 characters' })
  message!: string;

  @ApiProperty({ example: '/paths/~1notes/get' })
  pointer!: string;
}

export class CheckDocumentDto extends ServerChoiceDto {
  @ApiProperty({
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description: 'The OpenAPI document: an object, or JSON or YAML text',
    example: 'openapi: 3.1.0\ninfo: {title: Weather, version: "1"}\nservers: [{url: https://api.example.com}]\n…',
  })
  @ValidateBy({
    name: 'isDocument',
    validator: { validate: isDocument, defaultMessage: () => 'openapi must be an object or a string' },
  })
  openapi!: string | object;
}

const LINE = { example: 12, description: 'The line, from 1, if the document was sent as text' };
const COLUMN = {
  example: 5,
  description: 'The column, from 1, in UTF-16 code units, if the document was sent as text',
};

class DocumentWarningDto extends WarningDto {
  @ApiPropertyOptional(LINE)
  line?: number;

  @ApiPropertyOptional(COLUMN)
  column?: number;
}

class DocumentProblemDto {
  @ApiProperty({ example: '/servers/0/url', description: 'A JSON pointer into the document' })
  pointer!: string;

  @ApiProperty({ example: 'the server URL is relative, and the document was not fetched from a URL' })
  message!: string;

  @ApiPropertyOptional(LINE)
  line?: number;

  @ApiPropertyOptional(COLUMN)
  column?: number;
}

export class FormatDocumentDto {
  @ApiProperty({
    type: String,
    description: 'JSON or YAML text, at most 8 MiB',
    example: 'openapi:   3.1.0\ninfo:\n      title: Weather',
  })
  @ValidateBy({
    name: 'isDocumentText',
    validator: { validate: isDocumentText, defaultMessage: () => 'openapi must be a string' },
  })
  openapi!: string | UnreadDocument;

  @ApiPropertyOptional({
    enum: DOCUMENT_FORMATS,
    description: 'The format of the result; by default the format of the input',
  })
  @IsOptional()
  @IsIn(DOCUMENT_FORMATS)
  to?: DocumentFormat;
}

export class FormattedDocumentDto {
  @ApiProperty({ example: 'openapi:   3.1.0\ninfo:\n  title: Weather\n' })
  openapi!: string;

  @ApiProperty({ enum: DOCUMENT_FORMATS })
  format!: DocumentFormat;
}

export class DocumentCheckDto {
  @ApiProperty({ description: 'Whether the document can be imported' })
  usable!: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'Notes' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'api.example.com' })
  domain!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://api.example.com/v1' })
  server_url!: string | null;

  @ApiProperty({ type: [OperationDto] })
  operations!: OperationDto[];

  @ApiProperty({ type: [DocumentProblemDto], description: 'Errors that prevent an import' })
  problems!: DocumentProblemDto[];

  @ApiProperty({ type: [DocumentWarningDto], description: 'Parts that would be ignored or may be wrong' })
  warnings!: DocumentWarningDto[];
}
