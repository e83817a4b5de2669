import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { PageQuery } from './pagination.js';
import { IsUnambiguousText } from './unambiguous-text.js';

/** The query parameters of lists of end users' connections and sign-ins. */
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
