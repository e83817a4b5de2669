import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';

export class VerifyMcpAuthorizationDto {
  @ApiProperty({
    example: 'user-17',
    description: "The tenant's id of the user who is signed in to its service in that browser",
  })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiProperty({ description: 'The `browser_token` from the query of `login_url`' })
  @IsString()
  @Length(1, 255)
  browser_token!: string;
}

export class VerifiedMcpAuthorizationDto {
  @ApiProperty({
    format: 'uri',
    description:
      'URL to redirect the same browser to: the consent page, with a key that works once and for ten minutes',
  })
  redirect_url!: string;
}
