import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { RedactedRequest } from '../redaction/index.js';
import { notReturnedDiagnosis } from './not-returned.js';
import type { StepName, TraceStep } from './trace-log.js';

const STEP_NAMES = [
  'offered',
  'opened',
  'authorization_request',
  'callback',
  'token_request',
  'refresh_request',
  'key_check',
  'verification',
  'outcome',
] as const satisfies readonly StepName[];

class TracedRequestDto implements RedactedRequest {
  @ApiProperty({ example: 'POST https://auth.example.com/token' })
  line!: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  headers?: Record<string, string>;

  @ApiPropertyOptional({ example: 'grant_type=authorization_code&client_id=notes&code=[HIDDEN]' })
  body?: string;
}

class TraceStepDto {
  @ApiProperty({ enum: STEP_NAMES })
  name!: StepName;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({
    type: TracedRequestDto,
    nullable: true,
    description: 'The request that was sent, or the callback request of the browser',
  })
  sent!: RedactedRequest | null;

  @ApiProperty({
    nullable: true,
    description: 'The response, or the reason why there was none',
    oneOf: [
      {
        type: 'object',
        required: ['status', 'headers', 'body'],
        properties: {
          status: { type: 'integer', example: 401 },
          headers: { type: 'object', additionalProperties: { type: 'string' } },
          body: { type: 'string', example: '{"error":"invalid_client"}' },
        },
      },
      {
        type: 'object',
        required: ['failure'],
        properties: {
          failure: {
            type: 'object',
            required: ['code', 'message'],
            properties: { code: { type: 'string' }, message: { type: 'string' } },
          },
        },
      },
    ],
  })
  received!: NonNullable<TraceStep['received']> | null;

  @ApiProperty({ type: Number, nullable: true, example: 143 })
  duration_ms!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'tokens were granted' })
  decision!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What is wrong and what to change' })
  diagnosis!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'invalid_client' })
  diagnosis_code!: string | null;
}

export class TraceDto {
  @ApiProperty({ example: 'si-3vq8cm2xk5dn7r9wyb4tz6ha5e', description: 'Id of the sign-in or the connection' })
  id!: string;

  @ApiProperty({ example: 'failed' })
  status!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Diagnosis of the last step that has one, or what to do if the user does not come back from the provider',
  })
  diagnosis!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'invalid_client' })
  diagnosis_code!: string | null;

  @ApiProperty({ type: [TraceStepDto], description: 'Steps, oldest first' })
  steps!: TraceStepDto[];
}

/** Returns the API representation of a trace. */
export function traceView(id: string, status: string, steps: TraceStep[]): TraceDto {
  const diagnosis = notReturnedDiagnosis(status, steps) ?? steps.findLast((step) => step.diagnosis)?.diagnosis;
  return {
    id,
    status,
    diagnosis: diagnosis?.text ?? null,
    diagnosis_code: diagnosis?.code ?? null,
    steps: steps.map((step) => ({
      name: step.name,
      at: step.at,
      sent: step.sent ?? null,
      received: step.received ?? null,
      duration_ms: step.duration_ms ?? null,
      decision: step.decision ?? null,
      diagnosis: step.diagnosis?.text ?? null,
      diagnosis_code: step.diagnosis?.code ?? null,
    })),
  };
}
