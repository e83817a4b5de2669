import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiProblems,
  Authenticated,
  CountersignError,
  CurrentCaller,
  type HttpRequest,
  type TenantCaller,
} from '../../common/index.js';
import { Database } from '../../database/index.js';
import { ConnectionImport } from './connection-import.entity.js';
import { ImportReceiver } from './import-receiver.js';
import { ImportWorker } from './import-worker.js';
import { ConnectionImportDto, importView, StartedImportDto } from './imports.dto.js';

/** Connection ids start with `conn-`, so `/v1/connections/imports` is never ambiguous. */
@ApiTags('Connections')
@Controller('v1/connections')
export class ConnectionImportsController {
  constructor(
    private readonly receiver: ImportReceiver,
    private readonly worker: ImportWorker,
    private readonly database: Database,
  ) {}

  @Post('import')
  @Authenticated('admin')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'importConnections',
    summary: 'Import tokens that you already have, in the background',
    description:
      'The body has one JSON object a line, with the fields of `POST /v1/connections`; at most 32 MiB and 100,000 lines. Each line is sealed before it is stored. Invalid lines are counted, and the others are imported.',
  })
  @ApiConsumes('application/x-ndjson')
  @ApiBody({
    schema: { type: 'string', example: '{"action_id":"act-…","user":"user-17","access_token":"…"}\n' },
  })
  @ApiAcceptedResponse({ type: StartedImportDto })
  @ApiProblems('conflict', 'limit_reached', 'request_timeout')
  async start(@CurrentCaller() caller: TenantCaller, @Req() { body }: HttpRequest): Promise<StartedImportDto> {
    if (!(body instanceof Readable)) {
      throw new CountersignError('unsupported_media_type', 'send the body as application/x-ndjson');
    }
    const id = await this.receiver.receive(caller, body);
    this.worker.wake();
    return { id };
  }

  @Get('imports/:import_id')
  @Authenticated('admin')
  @ApiOperation({ operationId: 'getConnectionImport', summary: 'Get the progress of an import of connections' })
  @ApiOkResponse({ type: ConnectionImportDto })
  @ApiProblems('not_found')
  async get(@CurrentCaller() { tenantId }: TenantCaller, @Param('import_id') id: string): Promise<ConnectionImportDto> {
    return importView(
      await this.database.tenant(tenantId).read((store) => store.get(ConnectionImport, { id }, 'import')),
    );
  }
}
