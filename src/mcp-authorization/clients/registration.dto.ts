import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Documents the request; other metadata is ignored (RFC 7591, section 2). */
export class RegisterClientDto {
  @ApiProperty({ type: [String], example: ['https://app.example.com/callback'] })
  redirect_uris!: string[];

  @ApiPropertyOptional({ example: 'Example app' })
  client_name?: string;

  @ApiPropertyOptional({ type: [String], example: ['authorization_code', 'refresh_token'] })
  grant_types?: string[];

  @ApiPropertyOptional({ type: [String], example: ['code'] })
  response_types?: string[];

  @ApiPropertyOptional({ description: 'Answered with `none`: every client is public and uses PKCE' })
  token_endpoint_auth_method?: string;
}

/** A client information response (RFC 7591, section 3.2.1). */
export class RegisteredClientDto {
  @ApiProperty({ description: 'The sealed registration; valid for this GPT' })
  client_id!: string;

  @ApiProperty({ description: 'Seconds since the epoch' })
  client_id_issued_at!: number;

  @ApiPropertyOptional()
  client_name?: string;

  @ApiProperty({ type: [String] })
  redirect_uris!: string[];

  @ApiProperty({ type: [String] })
  grant_types!: string[];

  @ApiProperty({ type: [String] })
  response_types!: string[];

  @ApiProperty({ enum: ['none'] })
  token_endpoint_auth_method!: 'none';

  @ApiProperty({ example: 'mcp' })
  scope!: string;
}
