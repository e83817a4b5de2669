import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  type Page,
  type TenantCaller,
} from '../../common/index.js';
import { TraceDto } from '../trace/trace.dto.js';
import { ConnectionDto, ConnectionQuery, RevokeConnectionsDto, RevokedConnectionsDto } from './connections.dto.js';
import { ConnectionsService } from './connections.service.js';

@ApiTags('Connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Authenticated('runtime')
  @ApiOperation({ summary: 'Which users are connected to what; never a token' })
  @ApiPage(ConnectionDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: ConnectionQuery): Promise<Page<ConnectionDto>> {
    return this.connections.list(caller.tenantId, query);
  }

  @Get(':connection_id')
  @Authenticated('runtime')
  @ApiOperation({ summary: 'One connection' })
  @ApiOkResponse({ type: ConnectionDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<ConnectionDto> {
    return this.connections.get(caller.tenantId, id);
  }

  @Get(':connection_id/trace')
  @Authenticated('admin')
  @ApiOperation({ summary: 'The refreshes of a connection, step by step, and what is wrong; secrets are hidden' })
  @ApiOkResponse({ type: TraceDto })
  @ApiProblems('not_found')
  trace(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<TraceDto> {
    return this.connections.trace(caller.tenantId, id);
  }

  @Delete(':connection_id')
  @Authenticated('runtime')
  @HttpCode(204)
  @ApiOperation({ summary: 'Disconnect: always here, and at the provider where it can be done' })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  revoke(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<void> {
    return this.connections.revoke(caller, id);
  }

  @Post('revoke')
  @Authenticated('runtime')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disconnect all connections of an action, a GPT or a user' })
  @ApiOkResponse({ type: RevokedConnectionsDto })
  @ApiProblems('invalid_request')
  async revokeAll(
    @CurrentCaller() caller: TenantCaller,
    @Body() body: RevokeConnectionsDto,
  ): Promise<RevokedConnectionsDto> {
    return { revoked: await this.connections.revokeAll(caller, body) };
  }
}
