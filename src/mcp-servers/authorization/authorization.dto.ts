import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AUTH_OUTPUT } from '../../actions/index.js';

const REGISTRATIONS = ['metadata_document', 'dynamic', 'manual'] as const;
export type Registration = (typeof REGISTRATIONS)[number];

export class AuthorizeServerDto {
  @ApiPropertyOptional({
    enum: REGISTRATIONS,
    description:
      'How Countersign becomes a client of the authorization server: `metadata_document` with a URL as client id (CIMD), `dynamic` by RFC 7591, `manual` with a client that you register. By default the first that the server supports',
  })
  @IsOptional()
  @IsIn(REGISTRATIONS)
  registration?: Registration;
}

export class AuthorizedServerDto {
  @ApiProperty({ format: 'uri', example: 'https://auth.example.com' })
  issuer!: string;

  @ApiProperty({
    format: 'uri',
    example: 'https://mcp.example.com/mcp',
    description: 'What tokens are asked for (RFC 8707)',
  })
  resource!: string;

  @ApiProperty({
    enum: REGISTRATIONS,
    description: 'With `manual`, nothing was changed: register a client and set `auth`',
  })
  registration!: Registration;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'The fields of the authentication schema that were discovered. With `manual`, add `client_id` and send them as `auth`',
  })
  found!: Record<string, unknown>;

  @ApiProperty({ format: 'uri', description: 'The redirect URI of the client' })
  callback_url!: string;

  @ApiProperty({ $ref: AUTH_OUTPUT, description: "The action's authentication schema" } as object)
  auth!: object;
}
