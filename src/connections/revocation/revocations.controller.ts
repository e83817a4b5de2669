import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  PageQuery,
  type Page,
  type TenantCaller,
} from '../../common/index.js';
import {
  CountedConnectionsDto,
  RevocationDto,
  RevokeConnectionsDto,
  RevokedConnectionsDto,
} from './revocations.dto.js';
import { RevocationsService } from './revocations.service.js';

/** No connection is called `revocations`: their ids begin with `conn-`. */
@ApiTags('Connections')
@Controller('v1/connections')
export class RevocationsController {
  constructor(private readonly revocations: RevocationsService) {}

  @Delete(':connection_id')
  @Authenticated('runtime')
  @HttpCode(204)
  @ApiOperation({ summary: 'Disconnect: always here, and at the provider where it can be done' })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  revoke(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<void> {
    return this.revocations.revoke(caller, id);
  }

  @Post('revoke')
  @Authenticated('runtime')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disconnect all connections of an action, a GPT, a user or the tenant, at once' })
  @ApiExtraModels(RevokedConnectionsDto, CountedConnectionsDto)
  @ApiOkResponse({
    description: 'What was ended; with `dry_run`, what would be',
    schema: { anyOf: [{ $ref: getSchemaPath(RevokedConnectionsDto) }, { $ref: getSchemaPath(CountedConnectionsDto) }] },
  })
  @ApiProblems('invalid_request')
  revokeAll(
    @CurrentCaller() caller: TenantCaller,
    @Body() body: RevokeConnectionsDto,
  ): Promise<RevokedConnectionsDto | CountedConnectionsDto> {
    return this.revocations.revokeAll(caller, body);
  }

  @Get('revocations')
  @Authenticated('runtime')
  @ApiOperation({ summary: 'Which connections were ended together, and how far their providers have been told' })
  @ApiPage(RevocationDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: PageQuery): Promise<Page<RevocationDto>> {
    return this.revocations.list(caller, query);
  }

  @Get('revocations/:revocation_id')
  @Authenticated('runtime')
  @ApiOperation({ summary: 'How far the providers of ended connections have been told' })
  @ApiOkResponse({ type: RevocationDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('revocation_id') id: string): Promise<RevocationDto> {
    return this.revocations.get(caller, id);
  }
}
