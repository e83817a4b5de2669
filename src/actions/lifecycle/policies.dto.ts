import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsJsonObject } from '../../common/index.js';
import type { PolicyFields } from '../store/operation-policy.entity.js';

/** A JSON Pointer (RFC 6901) that is not the whole value. */
export const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

const POINTERS = { message: 'each value must be a JSON pointer such as /items/*/id', each: true };

export class ResponseBoundsDto {
  @ApiPropertyOptional({
    type: [String],
    example: ['/items/*/id', '/items/*/title'],
    description: 'Parts of the body to keep. `*` stands for every element of a list. Everything is kept if it is empty',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(500, { each: true })
  @Matches(POINTER, POINTERS)
  keep?: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['/items/*/secret'],
    description: 'Parts of the body to leave out',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(500, { each: true })
  @Matches(POINTER, POINTERS)
  drop?: string[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 100_000,
    description: 'The number of elements that every list of the body is cut to',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100_000)
  max_items?: number;
}

export class OperationPolicyDto {
  @ApiPropertyOptional({ default: true, description: 'A disabled operation is no tool and cannot be called' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({
    example: 'searchNotes',
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    description: 'The name of the tool. Calls may still use the operation id',
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'name must be 1 to 64 letters, digits, _ and -' })
  name?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 4000, description: 'Replaces the description of the tool' })
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  description?: string;

  @ApiPropertyOptional({
    enum: ['always', 'document', 'never'],
    default: 'document',
    description:
      'Whether the user has to confirm a call. `never` requires `allow_skipping_confirmation` of the tenant if the document has `x-openai-isConsequential: true`',
  })
  @IsOptional()
  @IsIn(['always', 'document', 'never'])
  confirmation?: 'always' | 'document' | 'never';

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: {},
    example: { '/limit': 20, '/body/account_id': { from: 'connection.account' } },
    description:
      'Arguments that tools do not show and callers must not send, by JSON pointer into `arguments`: constants, or `{"from": "user" | "conversation_id" | "connection.<name>"}`. Constants are not secret',
  })
  @IsOptional()
  @IsJsonObject()
  fixed_arguments?: PolicyFields['fixed_arguments'];

  @ApiPropertyOptional({ type: ResponseBoundsDto, description: 'Bounds of a JSON response' })
  @IsOptional()
  @IsJsonObject()
  response?: ResponseBoundsDto;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether redirects of GET and HEAD to the same origin are followed',
  })
  @IsOptional()
  @IsBoolean()
  follow_redirects?: boolean;
}

const OPERATIONS = {
  type: 'object',
  additionalProperties: { $ref: getSchemaPath(OperationPolicyDto) },
  example: { deleteNote: { enabled: false }, listNotes: { name: 'searchNotes', fixed_arguments: { '/limit': 20 } } },
  description: 'Policies by operation id. Operations without one are as the document says',
} as const;

@ApiExtraModels(OperationPolicyDto)
export class PolicyDto {
  @ApiProperty(OPERATIONS)
  @IsJsonObject()
  operations!: Record<string, unknown>;
}

export class StoredPolicyDto {
  @ApiProperty(OPERATIONS)
  operations!: Record<string, PolicyFields>;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Ids in `operations` that the document does not have, for example since it was imported again',
  })
  lost_operations!: string[];
}
