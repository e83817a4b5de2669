import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsOptional, IsUrl, MaxLength, ValidateBy } from 'class-validator';
import { IsJsonObject } from '../../common/index.js';
import { isDocument, WEB_URL } from '../documents/document.dto.js';
import { CreateActionDto } from '../lifecycle/actions.dto.js';

export class ImportDto extends OmitType(CreateActionDto, ['auth']) {
  @ApiPropertyOptional({
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    description:
      'An exported GPT, a plugin manifest, a ChatGPT action or a LibreChat action, as an object or JSON text',
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
    description:
      'Fields of the authentication schema that are missing in the manifest or should override it. Like the other fields, for one action',
  })
  @IsOptional()
  @IsJsonObject()
  auth?: object;
}
