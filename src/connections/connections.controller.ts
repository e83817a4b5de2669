import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, ApiProblems, Authenticated, CurrentCaller, type Page, type TenantCaller } from '../common/index.js';
import { TraceDto } from '../traces/index.js';
import { ConnectionDto, ConnectionQuery } from './connections.dto.js';
import { CreateConnectionDto } from './import/create-connection.dto.js';
import { ConnectionsService } from './connections.service.js';

@ApiTags('Connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'listConnections', summary: 'List connections; tokens are never shown' })
  @ApiPage(ConnectionDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: ConnectionQuery): Promise<Page<ConnectionDto>> {
    return this.connections.list(caller, query);
  }

  @Post()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'createConnection',
    summary: 'Create a connection from tokens that you already have',
    description: 'The connection is refreshed, used and ended like one from a sign-in. Tokens cannot be read back.',
  })
  @ApiCreatedResponse({ type: ConnectionDto })
  @ApiProblems('invalid_request', 'not_found', 'conflict')
  create(@CurrentCaller() caller: TenantCaller, @Body() body: CreateConnectionDto): Promise<ConnectionDto> {
    return this.connections.create(caller, body);
  }

  @Get(':connection_id')
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'getConnection', summary: 'Get a connection' })
  @ApiOkResponse({ type: ConnectionDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<ConnectionDto> {
    return this.connections.get(caller, id);
  }

  @Get(':connection_id/trace')
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'getConnectionTrace',
    summary: "Get the steps and findings of a connection's token refreshes; secrets are redacted",
  })
  @ApiOkResponse({ type: TraceDto })
  @ApiProblems('not_found')
  trace(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<TraceDto> {
    return this.connections.trace(caller, id);
  }
}
