import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { ConnectedAccountsLinkDto, CreateConnectedAccountsLinkDto } from './links.dto.js';
import { ConnectedAccountsLinks } from './links.js';

@ApiTags('Connected accounts')
@Controller('v1/connected-accounts-links')
export class ConnectedAccountsLinksController {
  constructor(private readonly links: ConnectedAccountsLinks) {}

  @Post()
  @Authenticated('runtime')
  @ApiOperation({
    operationId: 'createConnectedAccountsLink',
    summary: "Create a link to an end user's connected-accounts page",
    description: 'Links that are created with a key restricted to some GPTs show only connections of these GPTs.',
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
