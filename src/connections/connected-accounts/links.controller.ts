import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { ConnectedAccountsLinkDto, CreateConnectedAccountsLinkDto } from './links.dto.js';
import { ConnectedAccountsLinks } from './links.js';

@ApiTags('Connections')
@Controller('v1/connected-accounts-links')
export class ConnectedAccountsLinksController {
  constructor(private readonly links: ConnectedAccountsLinks) {}

  @Post()
  @Authenticated('runtime')
  @ApiOperation({
    summary: 'A link to a page on which one of your users sees what they have connected, and disconnects it',
    description: "A key that is for some GPTs makes links that show those GPTs' connections alone.",
  })
  @ApiCreatedResponse({ type: ConnectedAccountsLinkDto })
  @ApiProblems('invalid_request')
  create(
    @CurrentCaller() caller: TenantCaller,
    @Body() body: CreateConnectedAccountsLinkDto,
  ): Promise<ConnectedAccountsLinkDto> {
    return this.links.create(caller, body);
  }
}
