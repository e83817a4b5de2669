import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  PageQuery,
  type Page,
  type TenantCaller,
} from '../common/index.js';
import { CreateGptDto, GptDto, UpdateGptDto } from './gpts.dto.js';
import { GptsService } from './gpts.service.js';

@ApiTags('GPTs')
@Controller('v1/gpts')
export class GptsController {
  constructor(private readonly gpts: GptsService) {}

  @Post()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'createGpt', summary: 'Create a GPT' })
  @ApiCreatedResponse({ type: GptDto })
  @ApiProblems('invalid_request', 'limit_reached')
  create(@CurrentCaller() caller: TenantCaller, @Body() body: CreateGptDto): Promise<GptDto> {
    return this.gpts.create(caller, body);
  }

  @Get()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'listGpts', summary: 'List GPTs' })
  @ApiPage(GptDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: PageQuery): Promise<Page<GptDto>> {
    return this.gpts.list(caller.tenantId, query);
  }

  @Get(':gpt_id')
  @Authenticated('admin')
  @ApiOperation({ operationId: 'getGpt', summary: 'Get a GPT' })
  @ApiOkResponse({ type: GptDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: TenantCaller, @Param('gpt_id') gptId: string): Promise<GptDto> {
    return this.gpts.get(caller.tenantId, gptId);
  }

  @Patch(':gpt_id')
  @Authenticated('admin')
  @ApiOperation({ operationId: 'updateGpt', summary: 'Update a GPT' })
  @ApiOkResponse({ type: GptDto })
  @ApiProblems('invalid_request', 'not_found')
  update(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Body() body: UpdateGptDto,
  ): Promise<GptDto> {
    return this.gpts.update(caller, gptId, body);
  }

  @Delete(':gpt_id')
  @Authenticated('admin')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteGpt',
    summary: 'Delete a GPT with its actions, their secrets and their connections',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  delete(@CurrentCaller() caller: TenantCaller, @Param('gpt_id') gptId: string): Promise<void> {
    return this.gpts.delete(caller, gptId);
  }
}
