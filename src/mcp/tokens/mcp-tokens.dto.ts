import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';

export const MAX_LIFETIME_SECONDS = 86_400;
export const DEFAULT_LIFETIME_SECONDS = 3600;

export class CreateMcpTokenDto {
  @ApiProperty({ example: 'g-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  @IsString()
  @Length(1, 40)
  gpt_id!: string;

  @ApiProperty({ example: 'user-17', description: "The tenant's id of the end user that the token is for" })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: MAX_LIFETIME_SECONDS,
    default: DEFAULT_LIFETIME_SECONDS,
    description: 'Lifetime in seconds. The token ends earlier if the API key that created it expires or is revoked',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_LIFETIME_SECONDS)
  expires_in?: number;
}

export class McpTokenDto {
  @ApiProperty({ example: 'mcpt-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'cs_mcp_mcpt-…', description: 'The token, which is shown once' })
  token!: string;

  @ApiProperty({
    format: 'uri',
    example: 'https://countersign.example.com/mcp/g-3vq8cm2xk5dn7r9wyb4tz6ha5e',
    description: 'The MCP endpoint that accepts the token as a bearer token',
  })
  url!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}
