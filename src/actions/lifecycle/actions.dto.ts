import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsUrl, MaxLength, ValidateBy } from 'class-validator';
import { DOCUMENT_FORMATS, type DocumentFormat } from '@countersign/openapi';
import { isDocument, WarningDto, WEB_URL } from '../documents/document.dto.js';
import { OperationDto } from '../operations/operation.dto.js';

/** References to the registered schemas in the API document. */
export const AUTH_INPUT = '#/components/schemas/AuthSchemaInput';
export const AUTH_OUTPUT = '#/components/schemas/AuthSchemaOutput';

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

  @ApiPropertyOptional({ format: 'uri', description: 'The URL to fetch the document from, instead of `openapi`' })
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
    description: 'The redirect URI to register at the provider',
  })
  callback_url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'oauth', authorization_url: 'https://auth.example.com/authorize', scope: 'notes:read' },
    description:
      "The authentication suggested by the document's securitySchemes, possibly incomplete. Fields that `auth` omits are taken from it",
  })
  suggested_auth!: Record<string, unknown> | null;

  @ApiProperty({ type: [WarningDto] })
  warnings!: WarningDto[];

  @ApiProperty({ type: String, nullable: true })
  openapi_url!: string | null;

  @ApiProperty({
    enum: DOCUMENT_FORMATS,
    nullable: true,
    description: 'The format of the document text; `null` if the document was sent as an object',
  })
  openapi_format!: DocumentFormat | null;

  @ApiProperty({ type: String, nullable: true })
  privacy_policy_url!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}
