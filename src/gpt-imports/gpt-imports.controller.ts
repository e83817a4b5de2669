import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ImportDto } from '../actions/index.js';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../common/index.js';
import { ImportedActionDto, ImportReportDto } from './gpt-imports.dto.js';
import { GptImports } from './gpt-imports.service.js';

const ANYTHING = { type: 'object', additionalProperties: true };

/** A GPT as the whole body, as far as it is read. */
const BARE_GPT = {
  ...ANYTHING,
  required: ['tools'],
  properties: {
    gizmo: ANYTHING,
    tools: {
      type: 'array',
      items: {
        ...ANYTHING,
        properties: { type: { type: 'string', example: 'plugins_prototype' }, metadata: ANYTHING },
      },
    },
  },
  description: 'An exported GPT as the whole body; `tools` may also be in `gizmo` or `resource`',
};

const BARE_SOURCE = { ...ANYTHING, description: 'A manifest or an action as the whole body' };

@ApiTags('Actions')
@ApiExtraModels(ImportDto, ImportedActionDto)
@Controller('v1/gpts/:gpt_id/imports')
export class GptImportsController {
  constructor(private readonly imports: GptImports) {}

  @Post()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'importAction',
    summary: 'Create the actions of an exported GPT, of a plugin manifest, or of an action of ChatGPT or LibreChat',
    description: 'Creates all actions or none.',
  })
  @ApiBody({ schema: { anyOf: [{ $ref: getSchemaPath(ImportDto) }, BARE_GPT, BARE_SOURCE] } })
  @ApiCreatedResponse({ type: ImportReportDto })
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
  ): Promise<ImportReportDto> {
    return this.imports.import(caller, gptId, body);
  }
}
