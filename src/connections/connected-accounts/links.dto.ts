import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';

export class CreateConnectedAccountsLinkDto {
  @ApiProperty({ example: 'user-17', description: "The tenant's id of the end user that the link is for" })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://chat.acme.example/settings',
    description:
      "Where the browser is redirected once the user is done. Its origin must be one of the tenant's `return_url_origins`",
  })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  return_url?: string;
}

export class ConnectedAccountsLinkDto {
  @ApiProperty({
    format: 'uri',
    example: 'https://countersign.example.com/connected/…',
    description: 'Works in one browser. The link is a secret: send it to that user only',
  })
  url!: string;

  @ApiProperty({ format: 'date-time', description: 'One hour from now' })
  expires_at!: string;
}
