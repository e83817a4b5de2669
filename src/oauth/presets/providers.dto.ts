import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../../common/index.js';
import type { Preset, PresetVariable } from './preset.js';

export class ProviderQuery extends PageQuery {
  @ApiPropertyOptional({
    example: 'api.github.com',
    description: "An action's domain: only the provider that serves it",
  })
  @IsOptional()
  @IsString()
  @Length(1, 270)
  domain?: string;

  @ApiPropertyOptional({ example: 'git', description: 'A part of the name or the id' })
  @IsOptional()
  @IsString()
  @Length(1, 60)
  q?: string;
}

class PresetVariableDto implements PresetVariable {
  @ApiProperty({ example: 'subdomain', description: 'Stands as `{subdomain}` in `schema`' })
  name!: string;

  @ApiProperty({ example: "The account's name in its zendesk.com domain" })
  description!: string;

  @ApiProperty({ example: 'acme' })
  example!: string;

  @ApiPropertyOptional({ description: 'What serves most' })
  default?: string;

  @ApiPropertyOptional({ type: [String], description: 'The only values there are' })
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
    description: 'Domains of the API; each stands for what is below it, too',
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
    description: 'An `auth` that wants its variables filled in, a `client_id` and a `client_secret`',
  })
  schema!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: [PresetVariableDto], description: "Parts of the customer's own" })
  variables!: readonly PresetVariableDto[];

  @ApiProperty({
    enum: ['rotates', 'keeps', 'none'],
    description: 'Whether a renewal brings a new refresh token, keeps the old one, or there is none',
  })
  refresh!: Preset['refresh'];

  @ApiProperty({ type: [String], example: ['Refresh tokens work once.'], description: 'What a builder has to know' })
  notes!: readonly string[];
}
