import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { STATUSES, type Finding, type FindingStatus } from './findings/finding.js';

export class FindingDto implements Finding {
  @ApiProperty({ example: 'another_way_works' })
  code!: string;

  @ApiProperty({ enum: STATUSES, example: 'error' })
  status!: FindingStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'token_exchange_method',
    description: 'Field of the schema that the finding is about',
  })
  field!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Token exchange method',
    description: "The field's label in the authentication form",
  })
  label!: string | null;

  @ApiProperty({ example: 'The provider rejects the client credentials, which were sent in the body (default_post).' })
  message!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Set token_exchange_method to basic_auth_header: the provider accepts the client then.',
    description: 'How to fix it',
  })
  change!: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Evidence, such as the attempts to request a token',
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
  @ApiProperty({ enum: STATUSES, example: 'error', description: 'Status of the worst finding' })
  status!: FindingStatus;

  @ApiProperty({ format: 'date-time' })
  checked_at!: string;

  @ApiProperty({ type: [FindingDto] })
  findings!: FindingDto[];
}
