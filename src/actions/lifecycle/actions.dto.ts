import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath, PartialType } from '@nestjs/swagger';
import { IsOptional, IsUrl, MaxLength, ValidateBy } from 'class-validator';
import { IsJsonObject } from '../../common/index.js';
import { type DeclaredServer, DOCUMENT_FORMATS, type DocumentFormat } from '@countersign/openapi';
import { isDocument, WarningDto, WEB_URL } from '../documents/document.dto.js';
import { ServerChoiceDto } from '../documents/server-choice.dto.js';
import { OperationDto } from '../operations/operation.dto.js';

/** References to the registered schemas in the API document. */
export const AUTH_INPUT = '#/components/schemas/AuthSchemaInput';
export const AUTH_OUTPUT = '#/components/schemas/AuthSchemaOutput';

export class CreateActionDto extends ServerChoiceDto {
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

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://mcp.example.com/mcp',
    description: 'The URL of an MCP server (Streamable HTTP), whose tools become the operations, instead of `openapi`',
  })
  @IsOptional()
  @IsUrl(WEB_URL)
  @MaxLength(2000)
  mcp_url?: string;

  @ApiPropertyOptional({ $ref: AUTH_INPUT } as object)
  @IsOptional()
  @IsJsonObject()
  auth?: object;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'uri' })
  @IsOptional()
  @IsUrl(WEB_URL)
  @MaxLength(2000)
  privacy_policy_url?: string | null;
}

export class UpdateActionDto extends PartialType(CreateActionDto) {}

class ServerVariableDto {
  @ApiProperty({ type: String, nullable: true, example: 'us' })
  default!: string | null;

  @ApiPropertyOptional({ type: [String], example: ['us', 'eu'] })
  enum?: string[];

  @ApiPropertyOptional({ example: 'Where the data is' })
  description?: string;
}

@ApiExtraModels(ServerVariableDto)
class ServerDto implements DeclaredServer {
  @ApiProperty({ example: 'https://{region}.example.com/v1', description: 'As the document writes it' })
  url!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(ServerVariableDto) } })
  variables!: Record<string, ServerVariableDto>;

  @ApiProperty({ description: 'Whether calls go to it' })
  selected!: boolean;
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

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: {},
    description: "The chosen values of the server's variables",
  })
  server_variables!: Record<string, string>;

  @ApiProperty({
    type: [ServerDto],
    nullable: true,
    description: 'The servers of the document; `null` if it was imported by a version that did not store them',
  })
  servers!: ServerDto[] | null;

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

  @ApiProperty({ type: String, nullable: true, description: 'The MCP server whose tools are the operations' })
  mcp_url!: string | null;

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
