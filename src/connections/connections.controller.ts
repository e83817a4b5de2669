import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, ApiProblems, Authenticated, CurrentCaller, type Page, type TenantCaller } from '../common/index.js';
import { TraceDto } from '../traces/index.js';
import { ConnectionDto, ConnectionQuery } from './connections.dto.js';
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
    return this.connections.list(caller, query);
  }

  @Get(':connection_id')
  @Authenticated('runtime')
  @ApiOperation({ summary: 'One connection' })
  @ApiOkResponse({ type: ConnectionDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<ConnectionDto> {
    return this.connections.get(caller, id);
  }

  @Get(':connection_id/trace')
  @Authenticated('admin')
  @ApiOperation({ summary: 'The refreshes of a connection, step by step, and what is wrong; secrets are hidden' })
  @ApiOkResponse({ type: TraceDto })
  @ApiProblems('not_found')
  trace(@CurrentCaller() caller: TenantCaller, @Param('connection_id') id: string): Promise<TraceDto> {
    return this.connections.trace(caller, id);
  }
}
