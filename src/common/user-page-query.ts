import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsUnambiguousText } from './unambiguous-text.js';
import { PageQuery } from './pagination.js';

/** The query of lists of what end users have to do with an action. */
export class UserPageQuery extends PageQuery {
  @ApiPropertyOptional({ description: "The tenant's own id of the end user" })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  gpt_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  action_id?: string;
}
