import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsUrl, MaxLength, ValidateBy } from 'class-validator';
import { isDocument, WarningDto, WEB_URL } from '../documents/document.dto.js';
import { ActionDto, CreateActionDto } from '../lifecycle/actions.dto.js';
import type { FormName } from './import-source.js';

const FORMS: FormName[] = ['plugin_manifest', 'chatgpt_action', 'librechat_action'];

export class ImportDto extends OmitType(CreateActionDto, ['auth']) {
  @ApiPropertyOptional({
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description: "A plugin manifest, or an action of ChatGPT's or LibreChat's: an object, or JSON text",
  })
  @IsOptional()
  @ValidateBy({
    name: 'isForm',
    validator: { validate: isDocument, defaultMessage: () => 'manifest must be an object or a string' },
  })
  manifest?: string | object;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://notes.example.com/.well-known/ai-plugin.json',
    description: 'Where to fetch the form, in place of `manifest`',
  })
  @IsOptional()
  @IsUrl(WEB_URL)
  @MaxLength(2000)
  manifest_url?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { client_id: 'notes-client', client_secret: '…' },
    description: 'Fields of the authentication schema that the form does not have, or that should be other than there',
  })
  @IsOptional()
  @IsObject()
  auth?: object;
}

export class ImportedActionDto {
  @ApiProperty({ enum: FORMS, description: 'What the form was recognized as' })
  form!: FormName;

  @ApiProperty({ type: ActionDto })
  action!: ActionDto;

  @ApiProperty({
    type: [WarningDto],
    description: "About the form, with pointers into it; those about the document are the action's",
    example: [{ code: 'credentials_missing', message: 'api_key is not in the form', pointer: '/auth' }],
  })
  warnings!: WarningDto[];
}
