import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';
import { IsHttpsUrl } from './https-url.js';

const AUTHORIZATIONS = ['keys', 'jwt', 'builtin'] as const;
const CONFIRMATIONS = ['ask', 'client'] as const;

/** A scope as RFC 6749, section 3.3, defines it. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

export class McpSettingsInput {
  @ApiPropertyOptional({ default: false, description: "Whether the GPT's MCP endpoint answers" })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({
    enum: AUTHORIZATIONS,
    default: 'keys',
    description:
      'The access tokens that are accepted besides runtime keys and user tokens: none, JWTs of your identity provider, or those of the built-in authorization server. A change ends the tokens of the built-in authorization server. With `jwt`, set `user_verification` of the tenant to `redirect`: otherwise links to sign-ins and confirmations work only in browsers in which their users have also approved an authorization of a `builtin` GPT of the tenant',
  })
  @IsOptional()
  @IsIn(AUTHORIZATIONS)
  authorization?: 'keys' | 'jwt' | 'builtin';

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://login.acme.example',
    description: 'Required with `jwt`: the issuer of your identity provider, exactly as in its tokens',
  })
  @IsOptional()
  @IsHttpsUrl()
  issuer?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://login.acme.example/jwks',
    description: "Where the issuer publishes its keys; discovered from the issuer's metadata by default",
  })
  @IsOptional()
  @IsHttpsUrl()
  jwks_uri?: string | null;

  @ApiPropertyOptional({ default: 'sub', maxLength: 255, description: 'The claim of a JWT that names the end user' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user_claim?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'assistant',
    description: 'A scope that access tokens must have',
  })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @Matches(SCOPE, {
    message: 'required_scope must be one scope: printable ASCII without spaces, quotes and backslashes',
  })
  required_scope?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://chat.acme.example/authorize-assistant',
    description: "Required with `builtin`: your page that identifies the browser's user",
  })
  @IsOptional()
  @IsHttpsUrl()
  login_url?: string | null;

  @ApiPropertyOptional({
    enum: CONFIRMATIONS,
    default: 'ask',
    description:
      '`ask`: Countersign asks the user to confirm consequential calls. `client`: the MCP client asks, by the annotations of the tools; confirmations that the document or the policy demands for every call are still asked for, unless the tenant has `allow_skipping_confirmation`',
  })
  @IsOptional()
  @IsIn(CONFIRMATIONS)
  confirmation?: 'ask' | 'client';

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    example: ['claude.ai'],
    description: 'With `builtin`: the hosts that redirect URIs and client metadata documents may have; any by default',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(HOST, { each: true, message: 'client_hosts must hold host names in lower case, such as claude.ai' })
  client_hosts?: string[] | null;

  @ApiPropertyOptional({
    default: false,
    description:
      'Whether results have `structuredContent`. Some clients reject a result whose API breaks its own schema, and some show it to the model twice',
  })
  @IsOptional()
  @IsBoolean()
  structured_content?: boolean;
}

export class McpSettingsDto {
  @ApiProperty({
    format: 'uri',
    example: 'https://countersign.example.com/mcp/g-3vq8cm2xk5dn7r9wyb4tz6ha5e',
    description: 'The MCP endpoint, which is also the audience of access tokens',
  })
  url!: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ enum: AUTHORIZATIONS })
  authorization!: 'keys' | 'jwt' | 'builtin';

  @ApiProperty({ type: String, nullable: true })
  issuer!: string | null;

  @ApiProperty({ type: String, nullable: true })
  jwks_uri!: string | null;

  @ApiProperty({ example: 'sub' })
  user_claim!: string;

  @ApiProperty({ type: String, nullable: true })
  required_scope!: string | null;

  @ApiProperty({ type: String, nullable: true })
  login_url!: string | null;

  @ApiProperty({ enum: CONFIRMATIONS })
  confirmation!: 'ask' | 'client';

  @ApiProperty({ type: [String], nullable: true })
  client_hosts!: string[] | null;

  @ApiProperty()
  structured_content!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: '`null` if nothing was set yet' })
  updated_at!: string | null;
}
