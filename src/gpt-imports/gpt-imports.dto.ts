import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ActionDto, SOURCE_NAMES, type SourceName, WarningDto } from '../actions/index.js';

export class McpEndpointDto {
  @ApiProperty({ format: 'uri', example: 'https://countersign.example.com/mcp/g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  url!: string;

  @ApiProperty({ description: 'Whether it answers; an import does not change that' })
  enabled!: boolean;
}

export class ToDoDto {
  @ApiProperty({ example: 'credentials_missing' })
  code!: string;

  @ApiProperty({ example: 'calls are refused until you send client_secret to PUT /v1/gpts/g-…/actions/act-…/auth' })
  message!: string;

  @ApiPropertyOptional({ example: '/tools/0/metadata/auth', description: 'JSON pointer into the export' })
  pointer?: string;
}

export class DifferenceDto {
  @ApiProperty({ example: 'pkce' })
  code!: string;

  @ApiProperty({ example: 'sign-ins send a PKCE challenge, which ChatGPT does not' })
  message!: string;
}

export class NoteDto {
  @ApiProperty({ example: 'code_interpreter' })
  code!: string;

  @ApiProperty({ example: 'running code is a tool of the assistant: switch it on there' })
  message!: string;

  @ApiProperty({ example: '/tools/1', description: 'JSON pointer into the export' })
  pointer!: string;
}

export class ImportSourceDto {
  @ApiProperty({ enum: SOURCE_NAMES })
  format!: SourceName;

  @ApiProperty({ example: '/tools/0', description: 'JSON pointer into the export; empty for the whole' })
  pointer!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'g-4d1f0a6be2f94c7c8c0b1f3a9e7d5c2b1a0f8e6d',
    description: "The action's id at ChatGPT, if the export has it. It is a part of ChatGPT's callback URL",
  })
  action_id!: string | null;
}

export class ActionReportDto {
  @ApiProperty({ type: ActionDto })
  action!: ActionDto;

  @ApiProperty({ type: ImportSourceDto })
  imported_from!: ImportSourceDto;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://countersign.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback',
    description: 'The redirect URI to register at the provider; `null` if users do not sign in at one',
  })
  callback_url!: string | null;

  @ApiProperty({ type: [ToDoDto], description: 'What to do until MCP clients can use the action' })
  to_do!: ToDoDto[];

  @ApiProperty({ type: [DifferenceDto], description: 'What the action does otherwise than at the platform' })
  differences!: DifferenceDto[];
}

/** The first action of an import, as clients read it that know imports of single actions only. */
export class ImportedActionDto {
  @ApiProperty({ enum: SOURCE_NAMES, deprecated: true, description: 'The format of the first action' })
  form!: SourceName;

  @ApiProperty({ type: ActionDto, deprecated: true, description: 'The first action' })
  action!: ActionDto;

  @ApiProperty({
    type: [WarningDto],
    deprecated: true,
    description: 'The warnings about the export, which `to_do` and `not_imported` have too',
    example: [{ code: 'credentials_missing', message: 'api_key is not in the manifest', pointer: '/auth' }],
  })
  warnings!: WarningDto[];
}

export class ImportReportDto extends ImportedActionDto {
  @ApiProperty({ type: McpEndpointDto, description: 'The MCP endpoint of the GPT' })
  mcp!: McpEndpointDto;

  @ApiProperty({ type: [ActionReportDto], description: 'The created actions, in the order of the export' })
  actions!: ActionReportDto[];

  @ApiProperty({ type: [NoteDto], description: 'What else the export has, each with what to do about it' })
  not_imported!: NoteDto[];
}
