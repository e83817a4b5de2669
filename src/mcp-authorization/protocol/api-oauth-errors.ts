import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems, ProblemDto } from '../../common/index.js';

/** An error response (RFC 6749, section 5.2). */
export class OAuthErrorDto {
  @ApiProperty({ example: 'invalid_grant' })
  error!: string;

  @ApiPropertyOptional({ description: 'What is wrong and what to do, for the developer of the client' })
  error_description?: string;
}

/** Documents the failures of an endpoint that OAuth clients call. A body that cannot be parsed gets a problem, as at every route. */
export function ApiOAuthErrors(): MethodDecorator {
  const described = (status: number, description: string) =>
    ApiResponse({
      status,
      description,
      content: {
        'application/json': { schema: { $ref: getSchemaPath(OAuthErrorDto) } },
        'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } },
      },
    });
  return applyDecorators(
    ApiExtraModels(OAuthErrorDto, ProblemDto),
    described(400, 'The request is invalid'),
    described(404, 'The GPT has no authorization server'),
    described(429, 'Too many requests'),
    described(503, 'Temporarily unavailable'),
    ApiProblems('request_too_large', 'unsupported_media_type'),
  );
}
