import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText, ProblemDto } from '../common/index.js';

export class CallDto {
  @ApiProperty({ example: 'listNotes', description: "The operation's id, or the name that `tools` gives it" })
  @IsString()
  @Length(1, 2000)
  operation_id!: string;

  @ApiPropertyOptional({ example: 'act-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  action_id?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { limit: 10 },
    description: 'Each parameter by its name, the request body under `body`',
  })
  @IsOptional()
  @IsObject()
  arguments?: Record<string, unknown>;

  @ApiPropertyOptional({ example: 'user-17', description: "The tenant's own opaque id of the end user" })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user?: string;

  @ApiPropertyOptional({ example: 'conversation-4' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  conversation_id?: string;

  @ApiPropertyOptional({ description: 'The token of a `confirmation_required`, once the user has agreed' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  confirmation?: string;

  @ApiPropertyOptional({
    format: 'uri',
    description: 'Where the browser goes after a sign-in; its origin must be allowed',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  return_url?: string;

  @ApiPropertyOptional({
    description:
      'Answers with the request as it was sent, its credentials `[HIDDEN]`, also where the call fails. For admins: it shows how the action is set up',
  })
  @IsOptional()
  @IsBoolean()
  show_request?: boolean;
}

class FileDto {
  @ApiProperty({ example: 'report.pdf', description: 'Never a path' })
  name!: string;

  @ApiProperty({ example: 'application/pdf' })
  mime_type!: string;

  @ApiProperty({ format: 'byte', example: 'JVBERi0xLjcK', description: 'Base64' })
  content!: string;
}

class NoticeDto {
  @ApiProperty({ example: '/response/body/openaiFileResponse/1', description: 'What it is about, as a JSON pointer' })
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
    description: 'The parsed JSON where the upstream sent JSON, else a string: empty where it sent a file',
  })
  body!: unknown;

  @ApiProperty({ description: 'The body was longer than the limit: text is cut, a file left out' })
  truncated!: boolean;

  @ApiProperty({
    type: [FileDto],
    description: 'The file that the upstream sent, or those of its `openaiFileResponse`',
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
    description: 'But for those that every request has, such as `host`',
  })
  headers!: Record<string, string>;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '{"title":"Milk"}',
    description: 'Files read as how long they are',
  })
  body!: string | null;

  @ApiProperty({ example: 184, description: 'From when it was sent until its answer was there, or was given up' })
  milliseconds!: number;
}

class SignInOfferDto {
  @ApiProperty({ example: 'si-3vq8cm2xk5dn7r9wyb4tz6ha5e' })
  id!: string;

  @ApiProperty({ example: 'https://countersign.example.com/signin/…' })
  url!: string;

  @ApiProperty({ example: 'api.example.com' })
  domain!: string;

  @ApiProperty({ example: 'Sign in to api.example.com' })
  label!: string;

  @ApiProperty({ enum: ['not_connected', 'expired', 'revoked', 'scope'] })
  reason!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

class ConfirmationDto {
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

  @ApiProperty({ description: 'False where the document says that the user is asked each time' })
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

  @ApiProperty({ type: [NoticeDto], description: 'What was done otherwise than asked, or left out' })
  notices!: NoticeDto[];

  @ApiPropertyOptional({ type: SentRequestDto, description: 'Where the call asked for it by `show_request`' })
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

/** A call that has failed. */
export class CallProblemDto extends ProblemDto {
  @ApiPropertyOptional({
    type: SentRequestDto,
    description: 'Where the call asked for it by `show_request`, and failed once its request had been made',
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
