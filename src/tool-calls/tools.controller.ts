import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import {
  ApiProblems,
  Authenticated,
  CurrentCaller,
  matchesEtag,
  type HttpReply,
  type TenantCaller,
} from '../common/index.js';
import { TOOL_FORMATS, type ToolFormat } from '@countersign/openapi';
import { Tools } from './tools.js';

class ToolsQuery {
  @ApiPropertyOptional({
    enum: TOOL_FORMATS,
    default: 'openai',
    description: 'Format of the definitions',
  })
  @IsOptional()
  @IsIn(TOOL_FORMATS)
  format: ToolFormat = 'openai';

  @ApiPropertyOptional({ description: '`next_cursor` of the previous page' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, description: 'Maximum number of tools; the whole list by default' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  @ApiPropertyOptional({ description: 'Only tools of this action' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  action_id?: string;

  @ApiPropertyOptional({ description: 'Only operations that have this tag in their document' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  tag?: string;

  @ApiPropertyOptional({
    description:
      'Only tools with all these words in their name, id, path, summary, tags or the description of their policy',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;
}

const TOOL = {
  type: 'function',
  function: {
    name: 'listNotes',
    description: 'List notes',
    parameters: {
      type: 'object',
      properties: { limit: { type: ['integer', 'null'] } },
      required: ['limit'],
      additionalProperties: false,
    },
    strict: true,
  },
};

/** Without `limit`, lists below eight million characters are not paged, because a model needs all tools at once. */
const LIST = {
  type: 'object',
  required: ['data', 'next_cursor'],
  properties: {
    data: { type: 'array', items: { type: 'object', additionalProperties: true, example: TOOL } },
    next_cursor: { type: 'string', nullable: true, example: null },
    notice: {
      type: 'string',
      description: 'How many tools follow on other pages, or that there are more than the vendor accepts in a request',
    },
  },
};

@ApiTags('Calls')
@Controller('v1/gpts')
export class ToolsController {
  constructor(private readonly tools: Tools) {}

  @Get(':gpt_id/tools')
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'listTools', summary: "List a GPT's operations as tools for a model" })
  @ApiHeader({ name: 'If-None-Match', required: false, description: '`ETag` of an earlier response' })
  @ApiOkResponse({ schema: LIST, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'The list has not changed' })
  @ApiProblems('invalid_request', 'not_found')
  async list(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Query() { format, cursor, limit, action_id: actionId, tag, search }: ToolsQuery,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer | undefined> {
    const { json, etag } = await this.tools.list(caller, gptId, {
      format,
      cursor,
      limit,
      filter: { actionId, tag, search },
    });
    reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (known !== undefined && matchesEtag(known, etag)) return void reply.status(304);
    reply.header('content-type', 'application/json; charset=utf-8');
    return json;
  }
}
