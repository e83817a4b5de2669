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

/** Connection ids start with `conn-`, so `/v1/connections/revocations` is never ambiguous. */
@ApiTags('Connections')
@Controller('v1/connections')
export class RevocationsController {
  constructor(private readonly revocations: RevocationsService) {}

  @Delete(':connection_id')
  @Authenticated('runtime')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteConnection',
    summary: 'Disconnect: delete a connection and revoke its tokens at the provider where possible',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  revoke(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<void> {
    return this.revocations.revoke(caller, id);
  }

  @Post('revoke')
  @Authenticated('runtime')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'revokeConnections',
    summary: 'Revoke all connections of an action, a GPT, an end user or the tenant',
  })
  @ApiExtraModels(RevokedConnectionsDto, CountedConnectionsDto)
  @ApiOkResponse({
    description: 'The number of ended connections or, with `dry_run`, of connections that would be ended',
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
  @ApiOperation({ operationId: 'listRevocations', summary: 'List revocations and their progress at the providers' })
  @ApiPage(RevocationDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: PageQuery): Promise<Page<RevocationDto>> {
    return this.revocations.list(caller, query);
  }

  @Get('revocations/:revocation_id')
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'getRevocation', summary: 'Get the progress of a revocation at the providers' })
  @ApiOkResponse({ type: RevocationDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('revocation_id') id: string): Promise<RevocationDto> {
    return this.revocations.get(caller, id);
  }
}
