import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../../common/index.js';
import type { Preset, PresetVariable } from './preset.js';

export class ProviderQuery extends PageQuery {
  @ApiPropertyOptional({
    example: 'api.github.com',
    description: "Lists only the provider of this action's domain",
  })
  @IsOptional()
  @IsString()
  @Length(1, 270)
  domain?: string;

  @ApiPropertyOptional({ example: 'git', description: 'Lists only providers whose name or id contains this text' })
  @IsOptional()
  @IsString()
  @Length(1, 60)
  q?: string;
}

class PresetVariableDto implements PresetVariable {
  @ApiProperty({ example: 'subdomain', description: 'Occurs in `schema` in braces, such as `{subdomain}`' })
  name!: string;

  @ApiProperty({ example: "The account's name in its zendesk.com domain" })
  description!: string;

  @ApiProperty({ example: 'acme' })
  example!: string;

  @ApiPropertyOptional({ description: 'Value that suits most customers' })
  default?: string;

  @ApiPropertyOptional({ type: [String], description: 'Allowed values; any value if absent' })
  enum?: readonly string[];
}

export class ProviderDto implements Preset {
  @ApiProperty({ example: 'zendesk' })
  id!: string;

  @ApiProperty({ example: 'Zendesk' })
  name!: string;

  @ApiProperty({
    format: 'uri',
    example: 'https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/',
  })
  documentation_url!: string;

  @ApiProperty({
    type: [String],
    example: ['zendesk.com'],
    description: 'Domains of the API, including their subdomains',
  })
  domains!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      type: 'oauth',
      authorization_url: 'https://{subdomain}.zendesk.com/oauth/authorizations/new',
      token_url: 'https://{subdomain}.zendesk.com/oauth/tokens',
      scope: 'read',
    },
    description: 'Template of `auth`: replace the variables, and add `client_id` and `client_secret`',
  })
  schema!: Readonly<Record<string, unknown>>;

  @ApiProperty({
    type: [PresetVariableDto],
    description: 'Variables of `schema`, which differ for each customer of the provider',
  })
  variables!: readonly PresetVariableDto[];

  @ApiProperty({
    enum: ['rotates', 'keeps', 'none'],
    description:
      'Refresh tokens of the provider. `rotates`: each refresh returns a new one; `keeps`: they remain valid; `none`: there are none',
  })
  refresh!: Preset['refresh'];

  @ApiProperty({ type: [String], example: ['Refresh tokens work once.'], description: 'Peculiarities of the provider' })
  notes!: readonly string[];
}
