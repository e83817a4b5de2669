import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';
import { SignInOfferDto } from '../../sign-ins/index.js';

const STATUSES = ['same', 'new', 'changed', 'removed'] as const;
export type ToolStatus = (typeof STATUSES)[number];

export class ReviewToolsQuery {
  @ApiPropertyOptional({
    example: 'user-17',
    description: 'The end user whose connection lists the tools, if the schema signs users in',
  })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user?: string;
}

export class AcceptToolsDto extends ReviewToolsQuery {
  @ApiProperty({
    description: 'The `digest` of the review. If the server lists other tools by now, nothing is changed',
  })
  @IsString()
  @Length(1, 100)
  digest!: string;
}

export class ReviewedToolDto {
  @ApiProperty({ type: String, nullable: true, example: 'Search notes' })
  title!: string | null;

  @ApiProperty({ example: 'Finds notes by their words' })
  description!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The JSON Schema of the arguments' })
  input_schema!: object;

  @ApiProperty({ description: 'Whether the user has to confirm calls, unless a policy says otherwise' })
  is_consequential!: boolean;
}

export class ToolReviewEntryDto {
  @ApiProperty({ example: 'search_notes' })
  name!: string;

  @ApiProperty({ enum: STATUSES })
  status!: ToolStatus;

  @ApiProperty({ type: ReviewedToolDto, nullable: true, description: 'As models see it; `null` if it is new' })
  stored!: ReviewedToolDto | null;

  @ApiProperty({
    type: ReviewedToolDto,
    nullable: true,
    description: 'As the server lists it; `null` if it was removed',
  })
  listed!: ReviewedToolDto | null;
}

export class ToolReviewDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Identifies what the server lists. Send it to accept the tools. `null` if the user has to sign in first',
  })
  digest!: string | null;

  @ApiProperty({ description: 'Whether the server lists what is stored' })
  up_to_date!: boolean;

  @ApiProperty({
    type: SignInOfferDto,
    nullable: true,
    description: 'The sign-in without which the server lists nothing',
  })
  sign_in!: SignInOfferDto | null;

  @ApiProperty({ type: [ToolReviewEntryDto] })
  tools!: ToolReviewEntryDto[];
}
