import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { STATUSES, type Finding, type FindingStatus } from './finding.js';

export class FindingDto implements Finding {
  @ApiProperty({ example: 'another_way_works' })
  code!: string;

  @ApiProperty({ enum: STATUSES, example: 'error' })
  status!: FindingStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'token_exchange_method',
    description: 'The field of the schema that it is about',
  })
  field!: string | null;

  @ApiProperty({ example: 'the token URL refuses the client as it is sent: invalid_client' })
  message!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'set token_exchange_method to basic_auth_header',
    description: 'What to do about it',
  })
  change!: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What it was found by, such as the ways in which the token request was tried',
    example: {
      tried: [
        {
          token_exchange_method: 'default_post',
          authorization_content_type: 'application/x-www-form-urlencoded',
          verdict: 'client_refused',
          status: 401,
          said: 'invalid_client',
        },
        {
          token_exchange_method: 'basic_auth_header',
          authorization_content_type: 'application/x-www-form-urlencoded',
          verdict: 'accepted',
          status: 400,
          said: 'invalid_grant',
        },
      ],
    },
  })
  detail?: Record<string, unknown>;
}

export class CheckDto {
  @ApiProperty({ enum: STATUSES, example: 'error', description: 'That of the worst finding' })
  status!: FindingStatus;

  @ApiProperty({ format: 'date-time' })
  checked_at!: string;

  @ApiProperty({ type: [FindingDto] })
  findings!: FindingDto[];
}
