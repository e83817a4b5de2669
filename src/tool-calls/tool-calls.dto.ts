import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Allow, ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsJsonObject, IsUnambiguousText } from '../common/index.js';
import { CALL_OUTCOME_SCHEMA, CallContextDto, CallProblemDto, ConfirmationDto } from '../dispatch/index.js';
import { SignInOfferDto } from '../sign-ins/index.js';
import type { VendorFormat } from './requests/read-tool-calls.js';
import { VENDOR_RESULT_SCHEMA, VENDOR_RESULTS, type VendorResultDto } from './results/vendor-results.dto.js';

const FORMATS = ['openai', 'openai_responses', 'anthropic'] as const satisfies readonly VendorFormat[];

const CALLS_EXAMPLE = [{ id: 'call_1', type: 'function', function: { name: 'listNotes', arguments: '{"limit":10}' } }];

export class ToolCallsDto extends CallContextDto {
  @ApiProperty({
    oneOf: [
      { type: 'array', items: { type: 'object', additionalProperties: true } },
      { type: 'object', additionalProperties: true },
    ],
    example: CALLS_EXAMPLE,
    description:
      'What a model returned: `message.tool_calls` (OpenAI Chat Completions), `response.output` (OpenAI Responses) or `message.content` (Anthropic), or the message or response that contains them. Items that are not tool calls are ignored',
  })
  @Allow()
  tool_calls!: unknown;

  @ApiPropertyOptional({
    example: 'chatcmpl-9f2c',
    description:
      "The vendor's id of the response that contains the calls. With it, a request can be repeated for 24 hours: calls that were made are answered from the store",
  })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  response_id?: string;

  @ApiPropertyOptional({ description: '`resume` of an earlier response, to go on with its pending calls' })
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  resume?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { call_2: '2rQ…' },
    description: 'The tokens of confirmations that the user has given, by the ids of their calls',
  })
  @IsOptional()
  @IsJsonObject()
  confirmations?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: [String],
    example: ['call_3'],
    description: 'The ids of pending calls that the user declines',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(128)
  @IsString({ each: true })
  declined?: string[];

  @ApiPropertyOptional({
    enum: ['answer', 'skip'],
    default: 'answer',
    description:
      'Calls of tools that the GPT does not have get an error as their result, or are listed in `skipped` for runtimes with tools of their own',
  })
  @IsOptional()
  @IsIn(['answer', 'skip'])
  unknown_tools?: 'answer' | 'skip';

  @ApiPropertyOptional({
    description:
      'Includes the outcomes of the calls that this request makes or refuses, as `call` returns them, with the sent requests. Requires an admin key',
  })
  @IsOptional()
  @IsBoolean()
  show_outcomes?: boolean;
}

class SkippedCallDto {
  @ApiProperty({ example: 'call_3' })
  tool_call_id!: string;

  @ApiProperty({ example: 'searchWeb' })
  name!: string;
}

export class PendingCallDto {
  @ApiProperty({ example: 'call_1' })
  tool_call_id!: string;

  @ApiProperty({ example: 'whoAmI' })
  name!: string;

  @ApiProperty({ example: 'call-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  call_id!: string;

  @ApiProperty({
    enum: ['sign_in_required', 'confirmation_required', 'in_progress'],
    description: '`in_progress`: another request is making the call',
  })
  outcome!: 'sign_in_required' | 'confirmation_required' | 'in_progress';

  @ApiPropertyOptional({ type: SignInOfferDto })
  sign_in?: SignInOfferDto;

  @ApiPropertyOptional({ type: ConfirmationDto })
  confirmation?: ConfirmationDto;

  @ApiProperty({
    ...VENDOR_RESULT_SCHEMA,
    example: {
      role: 'tool',
      tool_call_id: 'call_1',
      content: 'The user has been asked to sign in to notes.example.com. Nothing was called yet.',
    },
    description: 'A result for a conversation that goes on without this call',
  })
  placeholder!: VendorResultDto;
}

class ToolCallOutcomeDto {
  @ApiProperty({ example: 'call_1' })
  tool_call_id!: string;

  @ApiProperty({ example: 'listNotes' })
  name!: string;

  @ApiProperty({
    oneOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
      ...['string', 'number', 'boolean'].map((type) => ({ type })),
    ],
    example: { limit: 10 },
    description: 'The arguments, as the model wrote them if they are no JSON object',
  })
  arguments!: unknown;

  @ApiPropertyOptional(CALL_OUTCOME_SCHEMA)
  outcome?: unknown;

  @ApiPropertyOptional({ type: CallProblemDto, description: 'Why the call failed or was not made' })
  problem?: CallProblemDto;
}

@ApiExtraModels(PendingCallDto, ...VENDOR_RESULTS)
export class ToolCallsResultDto {
  @ApiProperty({ enum: FORMATS, nullable: true, type: String, description: '`null` if there were no calls' })
  format!: VendorFormat | null;

  @ApiProperty({ description: 'Whether no call is pending' })
  complete!: boolean;

  @ApiProperty({
    type: 'array',
    items: VENDOR_RESULT_SCHEMA,
    example: [{ role: 'tool', tool_call_id: 'call_2', content: '{"notes":[]}' }],
    description: 'The results of the calls that have one, in order, to be appended to the conversation as they are',
  })
  results!: VendorResultDto[];

  @ApiProperty({ type: 'array', items: { $ref: getSchemaPath(PendingCallDto) } })
  pending!: PendingCallDto[];

  @ApiProperty({ type: [SkippedCallDto] })
  skipped!: SkippedCallDto[];

  @ApiPropertyOptional({
    description:
      'Send it with the same calls once the user has signed in or decided. It is valid for 24 hours, for the same GPT, user and key',
  })
  resume?: string;

  @ApiPropertyOptional({ type: [ToolCallOutcomeDto] })
  outcomes?: ToolCallOutcomeDto[];
}
