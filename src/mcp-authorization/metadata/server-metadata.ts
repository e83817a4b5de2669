import { ApiProperty } from '@nestjs/swagger';
import type { BuiltInServer } from '../servers/built-in-servers.js';
import { supportedScopes } from '../protocol/scope.js';

const URI = { format: 'uri' } as const;

/** Authorization server metadata (RFC 8414, section 2). */
export class ServerMetadataDto {
  @ApiProperty({ ...URI, example: 'https://actions.example.com/mcp/g-…' })
  issuer!: string;

  @ApiProperty(URI)
  authorization_endpoint!: string;

  @ApiProperty(URI)
  token_endpoint!: string;

  @ApiProperty(URI)
  registration_endpoint!: string;

  @ApiProperty(URI)
  revocation_endpoint!: string;

  @ApiProperty({ type: [String], example: ['mcp'] })
  scopes_supported!: string[];

  @ApiProperty({ type: [String], example: ['code'] })
  response_types_supported!: string[];

  @ApiProperty({ type: [String], example: ['query'] })
  response_modes_supported!: string[];

  @ApiProperty({ type: [String], example: ['authorization_code', 'refresh_token'] })
  grant_types_supported!: string[];

  @ApiProperty({ type: [String], example: ['none'] })
  token_endpoint_auth_methods_supported!: string[];

  @ApiProperty({ type: [String], example: ['none'] })
  revocation_endpoint_auth_methods_supported!: string[];

  @ApiProperty({ type: [String], example: ['S256'] })
  code_challenge_methods_supported!: string[];

  @ApiProperty({ description: 'Responses have `iss` (RFC 9207)' })
  authorization_response_iss_parameter_supported!: boolean;

  @ApiProperty({ description: 'A `client_id` may be the URL of a client metadata document' })
  client_id_metadata_document_supported!: boolean;

  @ApiProperty({ type: [String], description: 'The MCP URL (RFC 9728, section 4)' })
  protected_resources!: string[];
}

/** Returns the metadata of a GPT's authorization server. */
export function serverMetadata({ issuer, settings }: BuiltInServer): ServerMetadataDto {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    scopes_supported: supportedScopes(settings),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    protected_resources: [issuer],
  };
}
