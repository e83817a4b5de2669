import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { IsUnambiguousText } from '../../common/index.js';

export class CreateConnectedAccountsLinkDto {
  @ApiProperty({ example: 'user-17', description: "The tenant's own id of the end user: whom the link is shown to" })
  @IsString()
  @Length(1, 255)
  @IsUnambiguousText()
  user!: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://chat.acme.example/settings',
    description: "Where the browser goes once the user is done; one of the tenant's `return_url_origins`",
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
    description: 'Works for one browser. It is a secret: send it to that user alone',
  })
  url!: string;

  @ApiProperty({ format: 'date-time', description: 'One hour from now' })
  expires_at!: string;
}
