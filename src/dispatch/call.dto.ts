import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';
import { IsJsonObject, IsUnambiguousText, ProblemDto } from '../common/index.js';
import { SignInOfferDto } from '../sign-ins/index.js';
import type { Base64Content } from './files/base64-content.js';

/** The most characters of each text of a call. */
export const TEXT_LIMITS = {
  user: 255,
  conversation_id: 255,
  return_url: 2000,
  operation_id: 2000,
  action_id: 40,
  confirmation: 255,
} as const;

/** For whom calls are made. */
export class CallContextDto {
  @ApiPropertyOptional({ example: 'user-17', description: "The tenant's id of the end user, opaque to Countersign" })
  @IsOptional()
  @IsString()
  @Length(1, TEXT_LIMITS.user)
  @IsUnambiguousText()
  user?: string;

  @ApiPropertyOptional({ example: 'conversation-4' })
  @IsOptional()
  @IsString()
  @Length(1, TEXT_LIMITS.conversation_id)
  @IsUnambiguousText()
  conversation_id?: string;

  @ApiPropertyOptional({
    format: 'uri',
    description:
      "URL to redirect the browser to after a sign-in. Its origin must be one of the tenant's `return_url_origins`",
  })
  @IsOptional()
  @IsString()
  @Length(1, TEXT_LIMITS.return_url)
  return_url?: string;
}

export class CallDto extends CallContextDto {
  @ApiProperty({ example: 'listNotes', description: "The operation's id, or its name in the GPT's tools" })
  @IsString()
  @Length(1, TEXT_LIMITS.operation_id)
  operation_id!: string;

  @ApiPropertyOptional({
    example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e',
    description: 'Required if several actions of the GPT have an operation with this id',
  })
  @IsOptional()
  @IsString()
  @Length(1, TEXT_LIMITS.action_id)
  action_id?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { limit: 10 },
    description:
      'Parameters by name, and the request body as `body`. Numbers are sent with all their digits, and may be given as strings of digits',
  })
  @IsOptional()
  @IsJsonObject()
  arguments?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'The token of a `confirmation_required` outcome, once the user has consented' })
  @IsOptional()
  @IsString()
  @Length(1, TEXT_LIMITS.confirmation)
  confirmation?: string;

  @ApiPropertyOptional({
    description:
      'Includes the sent request in the response, also if the call fails. Credentials are `[HIDDEN]`. Requires an admin key, because the request reveals how the action is configured',
  })
  @IsOptional()
  @IsBoolean()
  show_request?: boolean;
}

class FileDto {
  @ApiProperty({ example: 'report.pdf', description: 'File name without a path' })
  name!: string;

  @ApiProperty({ example: 'application/pdf' })
  mime_type!: string;

  @ApiProperty({ type: String, format: 'byte', example: 'JVBERi0xLjcK', description: 'Content in base64' })
  content!: string | Base64Content;
}

class NoticeDto {
  @ApiProperty({
    example: '/response/body/openaiFileResponse/1',
    description: 'JSON pointer to the part that the notice is about',
  })
  pointer!: string;

  @ApiProperty({ example: 'omitted: the file has more than 10485760 bytes' })
  message!: string;
}

class UpstreamResponseDto {
  @ApiProperty({ example: 200 })
  status!: number;

  @ApiProperty({ type: String, nullable: true, example: 'application/json' })
  content_type!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  headers!: Record<string, string>;

  @ApiProperty({
    nullable: true,
    oneOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
      ...['string', 'number', 'boolean'].map((type) => ({ type })),
    ],
    example: { notes: [] },
    description:
      'The parsed body if the upstream sent JSON, otherwise a string, which is empty if it sent a file. Numbers in JSON that a double-precision number cannot hold exactly are strings of the same digits',
  })
  body!: unknown;

  @ApiProperty({
    description:
      'Whether the body exceeded the limit, or is an event stream that had not ended at the deadline. JSON is shortened and remains JSON, text is cut off, and a file is omitted; `notices` say what is missing',
  })
  truncated!: boolean;

  @ApiProperty({
    type: [FileDto],
    description: 'The file that the upstream sent, or the files of its `openaiFileResponse`',
  })
  files!: FileDto[];
}

class SentRequestDto {
  @ApiProperty({ example: 'GET' })
  method!: string;

  @ApiProperty({ example: 'https://api.example.com/notes?limit=10&key=[HIDDEN]' })
  url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { authorization: 'Bearer [HIDDEN]', 'notion-version': '2022-06-28' },
    description: 'Request headers, except those that every request has, such as `host`',
  })
  headers!: Record<string, string>;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '{"title":"Milk"}',
    description: 'Request body. Files are replaced with their sizes',
  })
  body!: string | null;

  @ApiProperty({ example: 184, description: 'Time until the response was complete or the request was aborted' })
  milliseconds!: number;
}

export class ConfirmationDto {
  @ApiProperty({ example: '2rQ…' })
  token!: string;

  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ example: 'https://api.example.com/notes' })
  url!: string;

  @ApiProperty({ example: 'Create a note' })
  summary!: string;

  @ApiProperty({ description: '`false` if the document or the policy requires a confirmation for each call' })
  can_always_allow!: boolean;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

export class CompletedDto {
  @ApiProperty({ enum: ['completed'] })
  outcome!: 'completed';

  @ApiProperty({ example: 'call-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  call_id!: string;

  @ApiProperty({ type: UpstreamResponseDto })
  response!: UpstreamResponseDto;

  @ApiProperty({ type: [NoticeDto], description: 'What was omitted, or handled differently than requested' })
  notices!: NoticeDto[];

  @ApiPropertyOptional({ type: SentRequestDto, description: 'The sent request, if the call set `show_request`' })
  request?: SentRequestDto;
}

export class SignInRequiredDto {
  @ApiProperty({ enum: ['sign_in_required'] })
  outcome!: 'sign_in_required';

  @ApiProperty({ example: 'call-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  call_id!: string;

  @ApiProperty({ type: SignInOfferDto })
  sign_in!: SignInOfferDto;
}

export class ConfirmationRequiredDto {
  @ApiProperty({ enum: ['confirmation_required'] })
  outcome!: 'confirmation_required';

  @ApiProperty({ example: 'call-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  call_id!: string;

  @ApiProperty({ type: ConfirmationDto })
  confirmation!: ConfirmationDto;
}

/** The problem of a failed call. */
export class CallProblemDto extends ProblemDto {
  @ApiPropertyOptional({
    type: SentRequestDto,
    description: 'The sent request, if the call set `show_request` and failed after its request was built',
  })
  request?: SentRequestDto;
}

export type CallOutcome = CompletedDto | SignInRequiredDto | ConfirmationRequiredDto;
export type UpstreamResponse = UpstreamResponseDto;
export type SentRequest = SentRequestDto;
export type Notice = NoticeDto;
export type Confirmation = ConfirmationDto;

const OUTCOMES = [CompletedDto, SignInRequiredDto, ConfirmationRequiredDto];

export const CALL_OUTCOME_SCHEMA = { oneOf: OUTCOMES.map((type) => ({ $ref: getSchemaPath(type) })) };
export const ApiCallOutcomes = () => ApiExtraModels(...OUTCOMES, CallProblemDto);
