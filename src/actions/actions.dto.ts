import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsString, IsUrl, MaxLength, ValidateBy } from 'class-validator';
import { DOCUMENT_FORMATS, type DocumentFormat } from '@countersign/openapi';

/** Where the schemas that are registered stand in the served document. */
export const AUTH_INPUT = '#/components/schemas/AuthSchemaInput';
export const AUTH_OUTPUT = '#/components/schemas/AuthSchemaOutput';

export const WEB_URL = { protocols: ['https', 'http'], require_protocol: true, require_tld: false, require_host: true };

export const isDocument = (value: unknown) =>
  typeof value === 'string' || (typeof value === 'object' && value !== null);

export class CreateActionDto {
  @ApiPropertyOptional({
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description: 'The OpenAPI document: an object, or JSON or YAML text',
    example: 'openapi: 3.1.0\ninfo: {title: Weather, version: "1"}\nservers: [{url: https://api.example.com}]\n…',
  })
  @IsOptional()
  @ValidateBy({
    name: 'isDocument',
    validator: { validate: isDocument, defaultMessage: () => 'openapi must be an object or a string' },
  })
  openapi?: string | object;

  @ApiPropertyOptional({ format: 'uri', description: 'Where to fetch the document, in place of `openapi`' })
  @IsOptional()
  @IsUrl(WEB_URL)
  @MaxLength(2000)
  openapi_url?: string;

  @ApiPropertyOptional({ $ref: AUTH_INPUT } as object)
  @IsOptional()
  @IsObject()
  auth?: object;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'uri' })
  @IsOptional()
  @IsUrl(WEB_URL)
  @MaxLength(2000)
  privacy_policy_url?: string | null;
}

export class UpdateActionDto extends PartialType(CreateActionDto) {}

export class OperationDto {
  @ApiProperty({ example: 'listNotes' })
  operation_id!: string;

  @ApiProperty({ example: 'GET' })
  method!: string;

  @ApiProperty({ example: '/notes' })
  path!: string;

  @ApiProperty({ type: String, nullable: true, example: 'All notes of the user' })
  summary!: string | null;

  @ApiProperty({ description: 'A call asks for confirmation first' })
  is_consequential!: boolean;

  @ApiProperty({ description: 'False where the document opens the operation by `security: []`' })
  requires_auth!: boolean;
}

export class WarningDto {
  @ApiProperty({ example: 'description_too_long' })
  code!: string;

  @ApiProperty({ example: 'the description is longer than 300 characters' })
  message!: string;

  @ApiProperty({ example: '/paths/~1notes/get' })
  pointer!: string;
}

export class ActionDto {
  @ApiProperty({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  gpt_id!: string;

  @ApiProperty({ example: 'Notes' })
  title!: string;

  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ example: 'https://api.example.com/v1' })
  server_url!: string;

  @ApiProperty({ type: [OperationDto] })
  operations!: OperationDto[];

  @ApiProperty({ $ref: AUTH_OUTPUT } as object)
  auth!: object;

  @ApiProperty({
    format: 'uri',
    example: 'https://countersign.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback',
    description: 'The redirect URI to register at a provider, known before the action signs anybody in',
  })
  callback_url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'oauth', authorization_url: 'https://auth.example.com/authorize', scope: 'notes:read' },
    description:
      "What the document's securitySchemes say: a schema with gaps. Fields that `auth` leaves out are taken from it",
  })
  suggested_auth!: Record<string, unknown> | null;

  @ApiProperty({ type: [WarningDto] })
  warnings!: WarningDto[];

  @ApiProperty({ type: String, nullable: true })
  openapi_url!: string | null;

  @ApiProperty({
    enum: DOCUMENT_FORMATS,
    nullable: true,
    description: 'The language of the text that the document was given as; null where it was an object',
  })
  openapi_format!: DocumentFormat | null;

  @ApiProperty({ type: String, nullable: true })
  privacy_policy_url!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class CheckDocumentDto {
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

const LINE = { example: 12, description: 'Where the document was sent as text: its line, from 1' };
const COLUMN = { example: 5, description: 'Likewise the column, from 1, in units of UTF-16' };

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
    description: 'JSON or YAML text, of 8 MiB at most',
    example: 'openapi:   3.1.0\ninfo:\n      title: Weather',
  })
  @IsString()
  openapi!: string;

  @ApiPropertyOptional({ enum: DOCUMENT_FORMATS, description: 'The language to write it in; by default its own' })
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
  @ApiProperty({ description: 'Whether an action could be made of it' })
  usable!: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'Notes' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'api.example.com' })
  domain!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://api.example.com/v1' })
  server_url!: string | null;

  @ApiProperty({ type: [OperationDto] })
  operations!: OperationDto[];

  @ApiProperty({ type: [DocumentProblemDto], description: 'Why it cannot be used; empty where it can' })
  problems!: DocumentProblemDto[];

  @ApiProperty({ type: [DocumentWarningDto], description: 'What would be lost, or is doubtful' })
  warnings!: DocumentWarningDto[];
}
