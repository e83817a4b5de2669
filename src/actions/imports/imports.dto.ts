import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsOptional, IsUrl, MaxLength, ValidateBy } from 'class-validator';
import { IsJsonObject } from '../../common/index.js';
import { isDocument, WarningDto, WEB_URL } from '../documents/document.dto.js';
import { ActionDto, CreateActionDto } from '../lifecycle/actions.dto.js';
import type { SourceName } from './sources/import-source.js';

const SOURCES: SourceName[] = ['plugin_manifest', 'chatgpt_action', 'librechat_action'];

export class ImportDto extends OmitType(CreateActionDto, ['auth']) {
  @ApiPropertyOptional({
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description: 'A plugin manifest, a ChatGPT action or a LibreChat action, as an object or JSON text',
  })
  @IsOptional()
  @ValidateBy({
    name: 'isManifest',
    validator: { validate: isDocument, defaultMessage: () => 'manifest must be an object or a string' },
  })
  manifest?: string | object;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://notes.example.com/.well-known/ai-plugin.json',
    description: 'The URL to fetch the manifest from, instead of `manifest`',
  })
  @IsOptional()
  @IsUrl(WEB_URL)
  @MaxLength(2000)
  manifest_url?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { client_id: 'notes-client', client_secret: '…' },
    description: 'Fields of the authentication schema that are missing in the manifest or should override it',
  })
  @IsOptional()
  @IsJsonObject()
  auth?: object;
}

export class ImportedActionDto {
  @ApiProperty({ enum: SOURCES, description: 'The detected format' })
  form!: SourceName;

  @ApiProperty({ type: ActionDto })
  action!: ActionDto;

  @ApiProperty({
    type: [WarningDto],
    description: 'Warnings about the manifest, with pointers into it. Warnings about the document are in `action`',
    example: [{ code: 'credentials_missing', message: 'api_key is not in the manifest', pointer: '/auth' }],
  })
  warnings!: WarningDto[];
}
