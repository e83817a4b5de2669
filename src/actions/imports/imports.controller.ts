import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { ImportDto, ImportedActionDto } from './imports.dto.js';
import { ImportsService } from './imports.service.js';

const BARE_SOURCE = { type: 'object', additionalProperties: true, description: 'The manifest as the whole body' };

@ApiTags('Actions')
@ApiExtraModels(ImportDto)
@Controller('v1/gpts/:gpt_id/imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'importAction',
    summary: 'Create an action from a plugin manifest, or from an action of ChatGPT or LibreChat',
  })
  @ApiBody({ schema: { anyOf: [{ $ref: getSchemaPath(ImportDto) }, BARE_SOURCE] } })
  @ApiCreatedResponse({ type: ImportedActionDto })
  @ApiProblems(
    'invalid_request',
    'not_found',
    'duplicate_domain',
    'limit_reached',
    'request_too_large',
    'invalid_import',
    'invalid_openapi',
  )
  @ApiProblems('discovery_failed', 'egress_denied', 'upstream_unreachable', 'upstream_invalid', 'upstream_timeout')
  import(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Body() body: unknown,
  ): Promise<ImportedActionDto> {
    return this.imports.import(caller, gptId, body);
  }
}
